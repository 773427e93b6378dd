"""A small stand-in for the Functions Framework, for functions whose package does not have it.

It knows what most functions use: the decorators, a request like Flask's, and CloudEvents. For anything more the framework
itself is needed, and the errors say so.
"""
import json
import os
import sys
from types import ModuleType

from _function_failure import RuntimeFault
from _function_runtime import load_module

from .small_event import CloudEvent, read_event
from .small_request import CURE, SmallRequest, Stop

# What the framework brings along.
COMPANIONS = {"flask", "werkzeug", "markupsafe", "jinja2", "cloudevents"}
declared = {}


def load(signature, module_name, member):
    """A function from a request to `(status, headers, body)`."""
    install()
    print("functions-framework is not installed: a small stand-in calls this function.", file=sys.stderr)
    module = load_user_module(module_name)
    function = getattr(module, member, None)
    if not callable(function):
        raise RuntimeFault("Runtime.HandlerNotFound", "Function '%s' missing on module '%s'" % (member, module_name))
    if "flask" in sys.modules:
        raise RuntimeFault("Runtime.ImportModuleError", "Module '%s' uses flask, which works under functions-framework only; %s" % (module_name, CURE))
    # What the function's own code declares goes before what the handler says, as it does in the cloud.
    kind = declared.get(member, signature.rpartition("/")[2])
    return answer_http(function) if kind == "http" else answer_event(function)


def load_user_module(module_name):
    folder = os.path.dirname(os.path.join(sys.path[0], *module_name.split("/")))
    if folder not in sys.path:
        sys.path.append(folder)
    try:
        return load_module(module_name.replace("/", "."))
    except RuntimeFault as fault:
        name = (getattr(fault.cause, "name", None) or "").partition(".")[0]
        if fault.kind == "Runtime.ImportModuleError" and name in COMPANIONS:
            raise RuntimeFault(fault.kind, "%s; %s" % (fault, CURE), fault.cause) from None
        raise


def install():
    framework = ModuleType("functions_framework")
    framework.http = declaring("http")
    framework.cloud_event = declaring("cloudevent")
    framework.__getattr__ = missing("functions_framework")
    sys.modules["functions_framework"] = framework
    # For those who name the type of their argument.
    events, http = ModuleType("cloudevents"), ModuleType("cloudevents.http")
    http.CloudEvent = CloudEvent
    http.__getattr__ = missing("cloudevents.http")
    events.http, events.__path__ = http, []
    sys.modules.setdefault("cloudevents", events)
    sys.modules.setdefault("cloudevents.http", http)


def declaring(kind):
    def decorate(function):
        declared[function.__name__] = kind
        return function

    return decorate


def missing(module):
    def __getattr__(name):
        # What Python itself looks for is not there, and that is all.
        if name.startswith("__"):
            raise AttributeError(name)
        raise ImportError("%s.%s is more than the small stand-in for functions-framework has; %s" % (module, name, CURE))

    return __getattr__


def answer_http(function):
    def answer(request):
        try:
            return respond(function(SmallRequest(request)))
        except Stop as stop:
            return respond((str(stop), stop.status))

    return answer


def answer_event(function):
    def answer(request):
        event = read_event(request)
        if isinstance(event, str):
            return respond((event, 400))
        function(event)
        return respond("OK")

    return answer


def respond(value):
    """What Flask makes of what a function returns: https://flask.palletsprojects.com/en/stable/quickstart/#about-responses"""
    status, headers = 200, []
    if isinstance(value, tuple):
        value, status, headers = parts(value)
    if isinstance(value, (dict, list)):
        kind, body = "application/json", (json.dumps(value, sort_keys=True, separators=(",", ":")) + "\n").encode()
    elif isinstance(value, (str, bytes, bytearray)):
        kind, body = "text/html; charset=utf-8", value.encode() if isinstance(value, str) else bytes(value)
    else:
        raise TypeError("The function returned %s, which is no response: it must return a string, bytes, a dictionary, a list, or a tuple of one of these with a status and headers." % ("None" if value is None else "a value of type %s" % type(value).__name__))
    given = {name.lower() for name, _ in headers}
    own = [("content-type", kind), ("content-length", str(len(body)))]
    return status, [pair for pair in own if pair[0] not in given] + headers, body


def parts(value):
    if len(value) == 2 and isinstance(value[1], (dict, list)):
        value = (value[0], 200, value[1])
    if len(value) not in (2, 3):
        raise TypeError("The function returned a tuple of %d, which is no response: it must be (body, status), (body, headers) or (body, status, headers)." % len(value))
    headers = value[2] if len(value) == 3 else []
    pairs = headers.items() if isinstance(headers, dict) else headers
    return value[0], int(str(value[1]).split(" ", 1)[0]), [(name, str(each)) for name, item in pairs for each in (item if isinstance(item, (list, tuple)) else [item])]
