"""Functions that are written for another runtime than Lambda's.

Their handler is `<signature>:<file>.<member>`, and the signature names the module here that calls them. Nothing here is
imported for a handler without one. A further signature takes a line in this table, one in the Node client's
(`signatures.cjs`), one in `engine/signatures.ts` for its variables, and a module beside this one with
`load(signature, module_name, member)`, which returns a function from the event and `(id of the call, deadline in epoch ms)`
to the result. `http_event`, `wsgi` and `asgi` are there for all that serve HTTP.
"""
import os

from _function_failure import RuntimeFault

ADAPTERS = {
    "functions-framework/http": "google",
    "functions-framework/cloudevent": "google",
    "azure-functions/http": "azure_functions",
    "azure-functions/event": "azure_functions",
    "openwhisk/main": "openwhisk",
    "vercel/http": "vercel",
}

# What this client needed for its start, and the other runtime does not have.
OURS = ("AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", "_HANDLER")


def load(text):
    from importlib import import_module

    signature, _, handler = text.partition(":")
    if signature not in ADAPTERS:
        raise RuntimeFault("Runtime.MalformedHandlerName", "This runtime cannot call functions with the signature '%s'; it knows %s." % (signature, ", ".join(ADAPTERS)))
    module_name, dot, member = handler.rpartition(".")
    if not module_name or not member:
        raise RuntimeFault("Runtime.MalformedHandlerName", "Bad handler '%s': it must be <file>.<function>" % handler)
    for name in OURS:
        os.environ.pop(name, None)
    call = import_module("." + ADAPTERS[signature], __name__).load(signature, module_name, member)

    def handle(event, context):
        os.environ.pop("_X_AMZN_TRACE_ID", None)
        return call(event, context)

    return handle
