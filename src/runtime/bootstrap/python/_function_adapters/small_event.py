"""CloudEvents 1.0 with the members that the CloudEvents SDK gives them: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md"""
import base64
import json
from datetime import datetime, timezone
from uuid import uuid4

REQUIRED = ("specversion", "id", "source", "type")


class CloudEvent:
    def __init__(self, attributes, data=None):
        self._attributes = {name.lower(): value for name, value in dict(attributes).items()}
        self.data = data
        self._attributes.setdefault("specversion", "1.0")
        self._attributes.setdefault("id", str(uuid4()))
        self._attributes.setdefault("time", datetime.now(timezone.utc).isoformat())

    def __getitem__(self, name):
        return self._attributes[name]

    def __setitem__(self, name, value):
        self._attributes[name] = value

    def __delitem__(self, name):
        del self._attributes[name]

    def __contains__(self, name):
        return name in self._attributes

    def __iter__(self):
        return iter(self._attributes)

    def __len__(self):
        return len(self._attributes)

    def __eq__(self, other):
        return isinstance(other, CloudEvent) and (self.data, self._attributes) == (other.data, other._attributes)

    def __repr__(self):
        return str({"attributes": self._attributes, "data": self.data})

    def get(self, name, default=None):
        return self._attributes.get(name, default)

    def get_attributes(self):
        return dict(self._attributes)

    def get_data(self):
        return self.data


def read_event(request):
    """The CloudEvent in a request, in structured or in binary mode, or the words for what is wrong with it."""
    if any(name.startswith("ce-") for name in request.headers):
        document = {name[3:]: value for name, value in request.headers.items() if name.startswith("ce-")}
        document["data"] = content(request)
    else:
        try:
            document = json.loads(request.body)
        except ValueError:
            return "The event is no JSON."
    if not isinstance(document, dict):
        return "The event is no JSON object, and so no CloudEvent."
    lacking = [name for name in REQUIRED if name not in document]
    if lacking:
        return "The event lacks %s: a CloudEvent has %s." % (", ".join(lacking), ", ".join(REQUIRED))
    data = document.pop("data", None)
    encoded = document.pop("data_base64", None)
    return CloudEvent(document, data if encoded is None else base64.b64decode(encoded))


def content(request):
    return json.loads(request.body) if "json" in request.headers.get("content-type", "") else request.body
