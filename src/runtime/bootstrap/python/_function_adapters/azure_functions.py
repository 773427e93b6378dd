"""Calls functions of Azure's programming models for Python: of version 2 (decorators) and 1 (function.json). Through the
package azure-functions when the function has it, otherwise through a small stand-in."""
import inspect
import json
import os
import sys
from importlib.util import find_spec

from _function_failure import RuntimeFault
from _function_runtime import load_module

from . import azure_http, azure_settings, azure_trigger

HTTP = "httptrigger"


def load(signature, module_name, member):
    import logging

    logging.getLogger().setLevel(logging.INFO)
    azure_settings.add_local_settings()
    if not has_package():
        from . import small_azure

        small_azure.install()
        print("azure-functions is not installed: a small stand-in calls this function.", file=sys.stderr)
    function = find(load_module(module_name.replace("/", ".")), signature, module_name, member)
    answer = azure_http.answer if function.kind == HTTP else azure_trigger.answer
    return lambda event, context: answer(function, event, context[0])


def has_package():
    try:
        return find_spec("azure.functions") is not None
    except ModuleNotFoundError:
        return False


class Function:
    """A function with its bindings, each as function.json has it."""

    def __init__(self, name, call, bindings):
        self.name = name
        self.run = call
        self.trigger = next((each for each in bindings if str(each["type"]).lower().endswith("trigger")), None)
        if self.trigger is None:
            raise RuntimeFault("Runtime.HandlerNotFound", "Function '%s' has no trigger among its bindings" % name)
        self.kind = str(self.trigger["type"]).lower()
        self.others = [each for each in bindings if each is not self.trigger and each["name"] != "$return"]
        self.parameters = inspect.signature(call).parameters

    def call(self, value, invocation_id):
        """What the function returns, and what it has set of its outputs: `(result, {name: value})`."""
        outs = {each["name"]: Out() for each in self.others if is_out(each) and each["name"] in self.parameters}
        inputs = {each["name"]: None for each in self.others if not is_out(each) and each["name"] in self.parameters}
        values = {**inputs, **outs, self.trigger["name"]: value}
        if "context" in self.parameters and "context" not in values:
            values["context"] = Context(self.name, invocation_id)
        result = self.run(**values)
        if inspect.isawaitable(result):
            from .asgi import run

            result = run(finish(result))
        return result, {name: out.get() for name, out in outs.items() if out.get() is not None}


async def finish(awaitable):
    return await awaitable


def is_out(binding):
    direction = binding.get("direction", "in")
    return str(getattr(direction, "name", direction)).lower() == "out"


class Out:
    """Where a function puts a value for another service; there is none here."""

    value = None

    def set(self, value):
        self.value = value

    def get(self):
        return self.value


class Context:
    def __init__(self, name, invocation_id):
        self.function_name = name
        self.invocation_id = invocation_id
        self.function_directory = os.path.join(sys.path[0], name)
        self.trace_context = self.retry_context = self.thread_local_storage = None


def find(module, signature, module_name, member):
    registered = {each.get_function_name(): each for app in apps_of(module) for each in app.get_functions()}
    found = next((each for name, each in registered.items() if name.lower() == member.lower()), None)
    if found:
        return Function(member, found.get_user_function(), [each.get_dict_repr() for each in found.get_bindings()])
    call = getattr(module, member, None)
    if registered or not inspect.isroutine(call):
        known = "; there are %s" % ", ".join(registered) if registered else ""
        raise RuntimeFault("Runtime.HandlerNotFound", "Function '%s' missing on module '%s'%s" % (member, module_name, known))
    return Function(*described(module, call, signature))


def apps_of(module):
    values = [each for each in vars(module).values() if not inspect.isclass(each) and not inspect.ismodule(each)]
    apps = [each for each in values if hasattr(each, "get_functions")]
    if apps:
        return apps
    # A blueprint alone is part of an app that is not here.
    from azure.functions import FunctionApp

    blueprints = [each for each in values if hasattr(each, "function_name") and hasattr(each, "route")]
    app = FunctionApp()
    for each in blueprints:
        app.register_functions(each)
    return [app] if blueprints else []


def described(module, call, signature):
    """A function of version 1, as the function.json beside its file describes it, or as its handler does."""
    folder = os.path.dirname(os.path.abspath(module.__file__))
    file = os.path.join(folder, "function.json")
    if os.path.exists(file):
        with open(file, encoding="utf-8") as text:
            return os.path.basename(folder), call, json.load(text)["bindings"]
    first = next(iter(inspect.signature(call).parameters), "req")
    kind = "httpTrigger" if signature.endswith("/http") else "genericTrigger"
    return call.__name__, call, [{"name": first, "type": kind, "direction": "in"}]
