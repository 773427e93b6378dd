"""Events that are HTTP requests, and results that are HTTP responses."""
import base64
import json
import os
import re
from urllib.parse import quote, unquote_to_bytes, urlencode

MEMBERS = ("method", "path", "query", "headers")
JSON = "application/json"


class Request:
    """The request that an event stands for: the event of a function URL, or one with members of a request. Any other event is
    the JSON body of a POST."""

    def __init__(self, event):
        if is_url_event(event):
            event = plain_event(event)
        if not isinstance(event, dict) or not any(name in event for name in MEMBERS):
            event = {"method": "POST", "headers": {"content-type": JSON}, "body": compact(event)}
        body = event.get("body")
        self.headers = {name.lower(): text(value) for name, value in (event.get("headers") or {}).items()}
        self.headers.setdefault("host", "localhost:" + os.environ.get("PORT", "80"))
        self.method = (event.get("method") or ("GET" if body is None else "POST")).upper()
        encoded = isinstance(body, str) and event.get("isBase64Encoded")
        if body is not None and not isinstance(body, str):
            body = compact(body)
            self.headers.setdefault("content-type", JSON)
        path, _, query = text(event.get("path") or "/").partition("#")[0].partition("?")
        # Whatever a user types as a path becomes one that HTTP can carry.
        self.path = quote("/" + path.lstrip("/"), safe="/%:@!$&'()*+,;=~")
        values = [(name, text(value)) for name, item in (event.get("query") or {}).items() for value in (item if isinstance(item, list) else [item])]
        self.query = "&".join(part for part in (quote(query, safe="%&=+/:?@!$'()*,;~"), urlencode(values)) if part)
        self.body = base64.b64decode(body) if encoded else (body or "").encode("utf-8", "replace")

    @property
    def plain_path(self):
        """The path without its escapes, as bytes."""
        return unquote_to_bytes(self.path)


def is_url_event(event):
    """Whether an event is what a function URL of Lambda gives: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html"""
    if not isinstance(event, dict) or event.get("version") != "2.0":
        return False
    context = event.get("requestContext")
    return isinstance(context, dict) and isinstance(context.get("http"), dict) and isinstance(context["http"].get("method"), str)


def plain_event(event):
    query = event.get("rawQueryString")
    headers = dict(event.get("headers") or {})
    if event.get("cookies"):
        headers["cookie"] = "; ".join(event["cookies"])
    path = (event.get("rawPath") or event["requestContext"]["http"].get("path") or "/") + ("?" + query if query else "")
    return {"method": event["requestContext"]["http"]["method"], "path": path, "headers": headers, "body": event.get("body"), "isBase64Encoded": event.get("isBase64Encoded")}


def text(value):
    return value if isinstance(value, str) else compact(value)


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


TEXTUAL = re.compile(r"^(text/|$)|[/+](json|xml|javascript|x-www-form-urlencoded|yaml|graphql)\b|charset=utf-?8", re.I)


def result_of(status, headers, body):
    """A response as a function's result: `{statusCode, headers, cookies?, body, isBase64Encoded}`."""
    joined, cookies = {}, []
    for name, value in headers:
        name = name.lower()
        if name == "set-cookie":
            cookies.append(value)
        else:
            joined[name] = "%s, %s" % (joined[name], value) if name in joined else value
    readable = text_of(body, joined.get("content-type", ""))
    result = {"statusCode": status, "headers": joined}
    if cookies:
        result["cookies"] = cookies
    result["body"] = base64.b64encode(body).decode() if readable is None else readable
    result["isBase64Encoded"] = readable is None
    return result


def text_of(body, kind):
    """Text only when nothing is lost by it."""
    if not TEXTUAL.search(kind):
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None
