"""Calls functions that are written for the Functions Framework: through the framework itself when the function's package
has it, otherwise through a small stand-in."""
import os
import re
import sys
from html import unescape
from importlib.util import find_spec

from _function_failure import RuntimeFault
from _function_runtime import explain_import

from . import wsgi
from .http_event import Request, compact, result_of

CLOUD_EVENT = {"content-type": "application/cloudevents+json"}


def load(signature, module_name, member):
    if find_spec("functions_framework"):
        app = load_framework(signature, module_name, member)
        send = lambda request: wsgi.call(app, request)
    else:
        from . import small_framework

        send = small_framework.load(signature, module_name, member)
    answer = answer_http if signature.endswith("/http") else answer_cloud_event
    return lambda event, _context: answer(send, event)


def load_framework(signature, module_name, member):
    from functions_framework import create_app, exceptions

    source = os.path.join(sys.path[0], *module_name.split("/")) + ".py"
    try:
        app = explain_import(module_name, lambda: create_app(member, source, signature.rpartition("/")[2]))
    except exceptions.MissingSourceException:
        raise RuntimeFault("Runtime.ImportModuleError", "Unable to import module '%s': there is no %s.py" % (module_name, module_name)) from None
    except (exceptions.MissingTargetException, exceptions.InvalidTargetTypeException):
        raise RuntimeFault("Runtime.HandlerNotFound", "Function '%s' missing on module '%s'" % (member, module_name)) from None
    if not hasattr(app, "wsgi_app"):
        raise RuntimeFault("Runtime.HandlerNotFound", "'%s' is declared with functions_framework.aio, which the local runtime does not run; declare it with functions_framework.%s" % (member, signature.rpartition("/")[2]))
    # So that what the function raises comes out as it is, and not as the text of a response.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return trimmed(app)


def trimmed(app):
    """The application, with tracebacks that begin in the function's own code."""
    packages = tuple(os.path.dirname(sys.modules[name].__file__) + os.sep for name in ("flask", "werkzeug", "functions_framework"))

    def call(environ, start_response):
        try:
            return app(environ, start_response)
        except Exception as error:
            at = error.__traceback__.tb_next
            while at and at.tb_next and at.tb_frame.f_code.co_filename.startswith(packages):
                at = at.tb_next
            raise error.with_traceback(at)

    return call


def answer_http(send, event):
    return result_of(*send(Request(event)))


def answer_cloud_event(send, event):
    status, _, body = send(Request({"method": "POST", "headers": CLOUD_EVENT, "body": compact(event)}))
    if status < 400:
        return None
    raise RuntimeFault("Runtime.EventRefused", "The event was answered with status %d: %s" % (status, plain(body.decode("utf-8", "replace"))))


def plain(text):
    """The words of an HTML page."""
    return unescape(" ".join(re.sub(r"<[^>]*>", " ", text).split())) if text.startswith("<!doctype html>") else text

