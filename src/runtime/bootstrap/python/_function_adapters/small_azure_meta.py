"""What functions with other triggers than HTTP are given, by the names of azure-functions."""
import json
from typing import Generic, TypeVar

from _function_failure import RuntimeFault

from .small_azure_http import CURE

T = TypeVar("T")


class Out(Generic[T]):
    """For those who name the type of their argument."""


class Context:
    """For those who name the type of their argument."""


class Datum:
    def __init__(self, value, type):
        self.value = value
        self.type = type


class TimerRequest:
    def __init__(self, past_due=False, schedule_status=None, schedule=None):
        self.past_due = past_due
        self.schedule_status = schedule_status or {}
        self.schedule = schedule or {}

    @classmethod
    def decode(cls, data, trigger_metadata):
        given = json.loads(data.value) if data.value else {}
        given = given if isinstance(given, dict) else {}
        return cls(given.get("IsPastDue", False), given.get("ScheduleStatus"), given.get("Schedule"))


class QueueMessage:
    def __init__(self, *, id=None, body=None, dequeue_count=None, pop_receipt=None):
        self.id = id
        self.dequeue_count = dequeue_count
        self.pop_receipt = pop_receipt
        self.expiration_time = self.insertion_time = self.time_next_visible = None
        self._body = (body or "").encode() if isinstance(body or "", str) else body

    def get_body(self):
        return self._body

    def get_json(self):
        return json.loads(self._body)

    @classmethod
    def decode(cls, data, trigger_metadata):
        return cls(id=trigger_metadata["Id"].value, body=data.value, dequeue_count=trigger_metadata["DequeueCount"].value)


class Registry:
    known = {"timerTrigger": TimerRequest, "queueTrigger": QueueMessage}
    # Filled by the decorators of triggers whose messages only the package can make.
    unknown = set()

    def get(self, kind):
        if kind in self.unknown:
            raise RuntimeFault("Runtime.ImportModuleError", "Functions with a %s need azure-functions; %s" % (kind, CURE))
        return self.known.get(kind)


def get_binding_registry():
    return Registry()
