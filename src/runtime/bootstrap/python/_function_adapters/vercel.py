"""Calls functions that are written for Vercel: a `handler` that is a BaseHTTPRequestHandler, or an application of WSGI or ASGI.

https://vercel.com/docs/functions/runtimes/python
"""
import inspect
import io
import os
import re
from urllib.parse import quote, unquote

from _function_failure import RuntimeFault
from _function_runtime import explain_import, load_module

from . import wsgi
from .http_event import Request, result_of


def load(_signature, module_name, member):
    module = load_file(module_name) if "[" in module_name else load_module(module_name.replace("/", "."))
    found = next((getattr(module, name) for name in (member, "handler", "app", "application") if hasattr(module, name)), None)
    if found is None:
        raise RuntimeFault("Runtime.HandlerNotFound", "There is no '%s' in module '%s': it must have a handler (a class from http.server's BaseHTTPRequestHandler) or an app (of WSGI or ASGI)" % (member, module_name))
    call = caller(found)
    route = route_of(module_name)
    return lambda event, _context: result_of(*call(routed(Request(event), route)))


def load_file(module_name):
    """`api/[id]` is no name that could be imported."""
    import sys
    from importlib.util import module_from_spec, spec_from_file_location

    name = re.sub(r"\W", "_", module_name)
    spec = spec_from_file_location(name, os.path.join(sys.path[0], *module_name.split("/")) + ".py")
    module = sys.modules[name] = module_from_spec(spec)
    try:
        explain_import(module_name, lambda: spec.loader.exec_module(module))
    except FileNotFoundError as error:
        raise RuntimeFault("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error)) from None
    return module


def caller(found):
    if inspect.isclass(found) and hasattr(found, "handle_one_request"):
        return lambda request: call_handler(found, request)
    if inspect.iscoroutinefunction(found) or inspect.iscoroutinefunction(getattr(found, "__call__", None)):
        from .asgi import Application

        application = Application(found)
        application.start()
        return application.call
    return lambda request: wsgi.call(found, request)


class Socket:
    """As much of a connection as http.server's handlers and http.client's responses look at."""

    def __init__(self, received=b""):
        self.received = io.BytesIO(received)
        self.sent = bytearray()

    def makefile(self, mode, *_args, **_options):
        return self.received

    def sendall(self, data):
        self.sent += data

    def settimeout(self, _seconds):
        return None

    setsockopt = shutdown = close = lambda self, *_args: None


def call_handler(handler, request):
    from http.client import HTTPResponse

    socket = Socket(bytes_of(request))
    try:
        handler(socket, ("127.0.0.1", 0), None)
    except Exception as error:
        raise error.with_traceback(below_library(error.__traceback__))
    if not socket.sent:
        raise RuntimeFault("Runtime.NoAnswer", "The function returned before it had answered.")
    response = HTTPResponse(Socket(bytes(socket.sent)), method=request.method)
    response.begin()
    return response.status, response.getheaders(), response.read()


def bytes_of(request):
    headers = {**request.headers, "connection": "close"}
    headers.pop("transfer-encoding", None)
    if request.body or request.method not in ("GET", "HEAD"):
        headers["content-length"] = str(len(request.body))
    lines = ["%s %s%s HTTP/1.1" % (request.method, request.path, "?" + request.query if request.query else "")]
    lines += ["%s: %s" % pair for pair in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + request.body


def below_library(traceback):
    """The traceback from the function's own code on: what calls it comes first."""
    library = tuple(os.path.dirname(os.path.abspath(file)) + os.sep for file in (__file__, io.__file__))
    while traceback.tb_next and traceback.tb_frame.f_code.co_filename.startswith(library):
        traceback = traceback.tb_next
    return traceback


def route_of(module_name):
    """`api/users/[id]` answers /api/users/42, with `id` in its query."""
    names = re.findall(r"\[(\w+)\]", module_name)
    return names and (names, re.compile("/?" + re.sub(r"\\\[\w+\\\]", "([^/]+)", re.escape(module_name)) + "$"))


def routed(request, route):
    found = route and route[1].match(request.path)
    for name, value in zip(route[0], found.groups()) if found else ():
        request.query = "&".join(part for part in (request.query, "%s=%s" % (name, quote(unquote(value), safe=""))) if part)
    return request
