"""HTTP triggers of Azure: events as the requests that the host hands on, and what comes back as results."""
import json
import re
import sys
from urllib.parse import parse_qsl, unquote

from .azure_settings import route_prefix
from .http_event import Request, result_of

EMPTY = {"headers": {}, "body": "", "isBase64Encoded": False}


def answer(function, event, invocation_id):
    request = Request(event)
    if request.headers["host"] == "localhost:80":
        request.headers["host"] = "localhost:7071"
    if not takes(function, request.method):
        return {"statusCode": 404, **EMPTY}
    result, outs = function.call(request_of(function, request), invocation_id)
    # The answer may be an output of its own.
    if result is None and len(outs) == 1:
        result = next(iter(outs.values()))
    elif outs:
        print("Outputs: %s" % json.dumps(outs, default=str))
    return {"statusCode": 204, **EMPTY} if result is None else result_of(*response_of(result))


def takes(function, method):
    """The host itself refuses methods that the function does not take."""
    methods = [str(getattr(each, "value", each)).upper() for each in function.trigger.get("methods") or []]
    if not methods or method in methods:
        return True
    print("%s takes %s and no %s: answered with 404, as Azure does." % (function.name, ", ".join(methods), method), file=sys.stderr)
    return False


def request_of(function, request):
    from azure.functions import HttpRequest

    route = (function.trigger.get("route") or function.name).strip("/")
    prefix = route_prefix()
    path = request.path
    # An event that names no path asks for the function at its own.
    if path == "/" and "{" not in route:
        path = "/" + "/".join(part for part in (prefix, route) if part)
    url = "http://%s%s%s" % (request.headers["host"], path, "?" + request.query if request.query else "")
    params = dict(parse_qsl(request.query, keep_blank_values=True))
    return HttpRequest(method=request.method, url=url, headers=request.headers, params=params, route_params=params_of(route, prefix, path), body=request.body)


def params_of(route, prefix, path):
    pattern = "".join(segment(each) for each in route.split("/"))
    found = re.match("(?:/%s)?%s/?$" % (re.escape(prefix), pattern), path, re.I)
    return {name: unquote(value) for name, value in found.groupdict().items() if value} if found else {}


def segment(text):
    """`{id}`, `{id:int}`, `{id?}`, `{*rest}`: https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger"""
    found = re.match(r"\{(\*?)(\w+)(?::[^?}]*)?(\??)\}$", text)
    if not found:
        return "/" + re.escape(text)
    rest, name, optional = found.groups()
    if rest:
        return "(?:/(?P<%s>.*))?" % name
    return ("(?:/(?P<%s>[^/]+))?" if optional else "/(?P<%s>[^/]+)") % name


def response_of(value):
    if isinstance(value, str):
        return 200, [("content-type", "text/plain; charset=utf-8")], value.encode()
    if not hasattr(value, "get_body"):
        raise TypeError("The function returned a value of type %s, which is no response: it must return a func.HttpResponse or a string." % type(value).__name__)
    headers = list(value.headers.items())
    if not any(name.lower() == "content-type" for name, _ in headers):
        kind = "%s; charset=%s" % (value.mimetype, value.charset) if value.mimetype.startswith("text/") else value.mimetype
        headers.append(("content-type", kind))
    return int(value.status_code), headers, value.get_body() or b""
