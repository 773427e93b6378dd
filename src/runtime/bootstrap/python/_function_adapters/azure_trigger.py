"""Triggers of Azure other than HTTP: the event is what the function is given, and what it returns is the result."""
import json
import time


def answer(function, event, invocation_id):
    result, outs = function.call(value_of(function.trigger, event), invocation_id)
    for name, value in outs.items():
        print('Output "%s": %s' % (name, json.dumps(value, default=plain)))
    return json.loads(json.dumps(result, default=plain))


def plain(value):
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    return plain(value.get_body()) if hasattr(value, "get_body") else str(value)


def value_of(trigger, event):
    kind = str(trigger["type"])
    if kind == "timerTrigger" and not isinstance(event, dict):
        event = {}
    text = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
    converter = converter_of(kind)
    if converter is None:
        return text
    from azure.functions.meta import Datum

    now = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    about = {"Id": Datum("1", "string"), "DequeueCount": Datum(1, "int"), "InsertionTime": Datum(now, "string")}
    own = {name: Datum(json.dumps(value), "json") for name, value in event.items()} if isinstance(event, dict) else {}
    first, second = ("string", "json") if isinstance(event, str) or kind == "queueTrigger" else ("json", "string")
    try:
        return converter.decode(Datum(text, first), trigger_metadata={**own, **about})
    except NotImplementedError:
        return converter.decode(Datum(text, second), trigger_metadata={**own, **about})


def converter_of(kind):
    """What makes of an event the object that functions of this trigger are given; none for triggers of the user's own."""
    from azure.functions.meta import get_binding_registry

    return get_binding_registry().get(kind)
