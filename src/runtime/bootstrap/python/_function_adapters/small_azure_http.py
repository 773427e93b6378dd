"""Requests and responses with the members of those of azure-functions."""
import json
from http import HTTPStatus

from .small_request import Headers, Values

OFFERED = ("HttpRequest", "HttpResponse")
CURE = "list azure-functions in requirements.txt and deploy again"


class HttpRequest:
    def __init__(self, method, url, *, headers=None, params=None, route_params=None, body=b""):
        self.method = method.upper()
        self.url = url
        self.headers = Headers({name.lower(): value for name, value in (headers or {}).items()})
        self.params = dict(params or {})
        self.route_params = dict(route_params or {})
        self._body = body.encode() if isinstance(body, str) else body

    def get_body(self):
        return self._body

    def get_json(self):
        try:
            return json.loads(self._body)
        except ValueError as error:
            raise ValueError("HTTP request does not contain valid JSON data") from error

    @property
    def form(self):
        kind = self.headers.get("content-type", "")
        return Values(self._body.decode() if kind.startswith("application/x-www-form-urlencoded") else "")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError("HttpRequest.%s is more than the small stand-in for azure-functions has; %s" % (name, CURE))


class ResponseHeaders:
    """Pairs of name and value; a name may come more than once."""

    def __init__(self, given):
        self.pairs = [(name, str(value)) for name, value in (given.items() if hasattr(given, "items") else given)]

    def items(self):
        return iter(self.pairs)

    def add(self, name, value):
        self.pairs.append((name, str(value)))

    add_header = add

    def __setitem__(self, name, value):
        self.pairs = [pair for pair in self.pairs if pair[0].lower() != name.lower()]
        self.add(name, value)

    def get_all(self, name):
        return [value for key, value in self.pairs if key.lower() == name.lower()]

    def get(self, name, default=None):
        return next(iter(self.get_all(name)), default)

    def __getitem__(self, name):
        return self.get_all(name)[0]

    def __contains__(self, name):
        return bool(self.get_all(name))


class HttpResponse:
    def __init__(self, body=None, *, status_code=None, headers=None, mimetype=None, charset=None):
        self.status_code = int(status_code or HTTPStatus.OK)
        self.mimetype = mimetype or "text/plain"
        self.charset = charset or "utf-8"
        self.headers = ResponseHeaders(headers or {})
        if not isinstance(body, (str, bytes, bytearray, type(None))):
            raise TypeError("response is expected to be either of str, bytes, or bytearray, got %s" % type(body).__name__)
        self._body = body.encode(self.charset) if isinstance(body, str) else bytes(body or b"")

    def get_body(self):
        return self._body
