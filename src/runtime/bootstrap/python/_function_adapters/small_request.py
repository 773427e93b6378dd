"""A request with the members of Flask's that functions use most."""
import json
from urllib.parse import parse_qsl, unquote

CURE = "list functions-framework in requirements.txt and deploy again"


class Stop(Exception):
    """The request is answered with a status other than the function's own, as Flask does for a body that is no JSON."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Values(dict):
    """The first value of each name; `getlist` has them all."""

    def __init__(self, text):
        pairs = parse_qsl(text, keep_blank_values=True)
        super().__init__(reversed(pairs))
        self.pairs = pairs

    def get(self, name, default=None, type=None):
        return converted(super().get(name), default, type)

    def getlist(self, name, type=None):
        return [type(value) if type else value for key, value in self.pairs if key == name]

    def to_dict(self, flat=True):
        return dict(self) if flat else {name: self.getlist(name) for name in self}


class Headers(dict):
    """Headers whose names may be written in any case."""

    def __getitem__(self, name):
        return super().__getitem__(name.lower())

    def __contains__(self, name):
        return super().__contains__(name.lower())

    def get(self, name, default=None, type=None):
        return converted(super().get(name.lower()), default, type)


def converted(value, default, type):
    if value is None:
        return default
    try:
        return type(value) if type else value
    except (ValueError, TypeError):
        return default


class SmallRequest:
    remote_addr = "127.0.0.1"
    scheme = "http"
    is_secure = False

    def __init__(self, request):
        self.method = request.method
        self.path = unquote(request.path)
        self.query_string = request.query.encode()
        self.full_path = "%s?%s" % (self.path, request.query)
        self.headers = Headers(request.headers)
        self.host = self.headers["host"]
        self.url_root = "http://%s/" % self.host
        self.base_url = "http://%s%s" % (self.host, request.path)
        self.url = self.base_url + ("?" + request.query if request.query else "")
        self.args = Values(request.query)
        self.data = request.body
        self.content_type = self.headers.get("content-type")
        self.content_length = len(request.body)
        self.mimetype = (self.content_type or "").partition(";")[0].strip().lower()
        self.is_json = self.mimetype == "application/json" or self.mimetype.startswith("application/") and self.mimetype.endswith("+json")

    @property
    def form(self):
        return Values(self.data.decode() if self.mimetype == "application/x-www-form-urlencoded" else "")

    @property
    def values(self):
        return Values("&".join(part for part in (self.query_string.decode(), self.form and self.data.decode()) if part))

    @property
    def json(self):
        return self.get_json()

    def get_data(self, cache=True, as_text=False, parse_form_data=False):
        return self.data.decode("utf-8", "replace") if as_text else self.data

    def get_json(self, force=False, silent=False, cache=True):
        if not (force or self.is_json):
            return refuse(silent, 415, "The request has no Content-Type of application/json.")
        try:
            return json.loads(self.data)
        except ValueError:
            return refuse(silent, 400, "The body of the request is no JSON.")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError("request.%s is more than the small stand-in for functions-framework has; %s" % (name, CURE))


def refuse(silent, status, message):
    if silent:
        return None
    raise Stop(status, message)
