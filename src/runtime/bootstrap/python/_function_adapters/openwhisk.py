"""Calls actions of Apache OpenWhisk: `main(params)`, as web actions when the event is a request.

https://github.com/apache/openwhisk/blob/master/docs/actions-python.md and .../docs/webactions.md
"""
import base64
import json
import os
import re
import sys
import time
from urllib.parse import parse_qsl

from _function_failure import RuntimeFault
from _function_runtime import explain_import, load_module

from .http_event import Request, is_url_event, text_of

MEMBERS = {"method", "path", "query", "headers", "body", "isBase64Encoded"}
TEXTUAL = re.compile(r"^text/|[/+](json|xml|javascript|x-www-form-urlencoded|yaml)\b")
MALFORMED = {"statusCode": 400, "headers": {"content-type": "application/json"}, "body": '{"error":"The request content was malformed."}', "isBase64Encoded": False}


def load(_signature, module_name, member):
    main = getattr(load_action(module_name), member, None)
    if not callable(main):
        raise RuntimeFault("Runtime.HandlerNotFound", "Function '%s' missing on module '%s'" % (member, module_name))

    def call(event, context):
        tell_activation(*context)
        is_web = is_url_event(event) or is_request(event)
        params = web_params(Request(event)) if is_web else {} if event is None else event
        if params is None:
            return MALFORMED
        result = result_of(main, params)
        return web_result(result) if is_web else plain_result(result)

    return call


def result_of(main, params):
    """https://github.com/apache/openwhisk-runtime-go/blob/master/openwhisk/runHandler.go"""
    result = main(params)
    if result is not None and not isinstance(result, (dict, list, tuple)):
        raise RuntimeFault("DeveloperError", "The action did not return a dictionary or array.", stack=[])
    return {} if result is None else result


def load_action(module_name):
    if module_name != "__main__":
        return load_module(module_name.replace("/", "."))
    # The file that a package of several must have; here the name is this program's own.
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("main__", os.path.join(sys.path[0], "__main__.py"))
    module = sys.modules["main__"] = module_from_spec(spec)
    explain_import(module_name, lambda: spec.loader.exec_module(module))
    return module


def tell_activation(request_id, deadline_ms):
    os.environ["__OW_ACTIVATION_ID"] = os.environ["__OW_TRANSACTION_ID"] = request_id.replace("-", "")
    os.environ["__OW_DEADLINE"] = str(deadline_ms)


def is_request(event):
    """Parameters may have such names too, but hardly these alone."""
    if not isinstance(event, dict) or not MEMBERS.issuperset(event):
        return False
    return isinstance(event.get("method"), str) or isinstance(event.get("headers"), dict)


def web_params(request):
    """`None` when the body is not the JSON that it is said to be."""
    given = body_params(request.body, request.headers.get("content-type", ""))
    if given is None:
        return None
    path = request.plain_path.decode("utf-8", "replace")
    about = {"__ow_method": request.method.lower(), "__ow_headers": request.headers, "__ow_path": "" if path == "/" else path}
    return {**dict(parse_qsl(request.query, keep_blank_values=True)), **given, **about}


def body_params(body, kind):
    if not body:
        return {}
    if "application/x-www-form-urlencoded" in kind:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if not re.search(r"[/+]json\b", kind):
        readable = text_of(body, kind)
        return {"__ow_body": base64.b64encode(body).decode() if readable is None else readable}
    try:
        value = json.loads(body)
    except ValueError:
        return None
    # The members of an object are parameters of their own.
    return value if isinstance(value, dict) else {"__ow_body": base64.b64encode(body).decode()}


def plain_result(result):
    if isinstance(result, dict) and result.get("error") is not None:
        raise failure_of(result["error"])
    return result


def failure_of(error):
    message = error.get("message") if isinstance(error, dict) else error
    return RuntimeFault("ApplicationError", message if isinstance(message, str) else json.dumps(error), stack=[])


def web_result(result):
    """What a web action gives as its error may be a response as well."""
    error = result.get("error") if isinstance(result, dict) else None
    answer = result if error is None else error
    if not isinstance(answer, dict) or not {"statusCode", "headers", "body"}.intersection(answer):
        return plain_result(result)
    headers, cookies = headers_of(answer.get("headers") or {})
    body = answer.get("body")
    kind = headers.setdefault("content-type", "application/json" if isinstance(body, (dict, list)) else "text/html")
    status = answer.get("statusCode") or (400 if error is not None else 204 if body is None else 200)
    shaped = {"body": body, "isBase64Encoded": not TEXTUAL.search(kind)} if isinstance(body, str) else {"body": "" if body is None else json.dumps(body), "isBase64Encoded": False}
    return {"statusCode": status, "headers": headers, **({"cookies": cookies} if cookies else {}), **shaped}


def headers_of(given):
    headers, cookies = {}, []
    for name, value in given.items():
        values = [plain(each) for each in (value if isinstance(value, list) else [value])]
        if name.lower() == "set-cookie":
            cookies.extend(values)
        else:
            headers[name.lower()] = ", ".join(values)
    return headers, cookies


def plain(value):
    return value if isinstance(value, str) else json.dumps(value)
