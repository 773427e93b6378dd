"""A small stand-in for azure-functions, for functions whose package does not have it.

It knows what most functions use: the decorators, requests and responses, timers and queues. For anything more the package
itself is needed, and the errors say so.
"""
import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from . import small_azure_app, small_azure_http, small_azure_meta
from .small_azure_http import CURE


def install():
    functions, meta = ModuleType("azure.functions"), ModuleType("azure.functions.meta")
    for source in (small_azure_app, small_azure_http):
        for name in source.OFFERED:
            setattr(functions, name, getattr(source, name))
    for name in ("TimerRequest", "QueueMessage", "Out", "Context"):
        setattr(functions, name, getattr(small_azure_meta, name))
    meta.Datum, meta.get_binding_registry = small_azure_meta.Datum, small_azure_meta.get_binding_registry
    functions.meta, functions.__path__, functions.__getattr__ = meta, [], missing
    sys.modules["azure.functions"], sys.modules["azure.functions.meta"] = functions, meta
    namespace().functions = functions


def namespace():
    """The package `azure`, which other packages of the function may be in."""
    if find_spec("azure"):
        return import_module("azure")
    package = sys.modules["azure"] = ModuleType("azure")
    package.__path__ = []
    return package


def missing(name):
    # What Python itself looks for is not there, and that is all.
    if name.startswith("__"):
        raise AttributeError(name)
    raise ImportError("azure.functions.%s is more than the small stand-in for azure-functions has; %s" % (name, CURE))
