"""Errors of a function as its caller and its log get to see them."""
import os
import time

import _function_log
from _function_log import json_line, timestamp, write_event

OWN = os.path.dirname(os.path.abspath(__file__))


class RuntimeFault(Exception):
    """An error of one of the runtime's own kinds. The traceback is the cause's, or `stack`, or none."""

    def __init__(self, kind, message, cause=None, stack=None):
        super().__init__(message)
        self.kind = kind
        self.cause = cause
        self.stack = stack


def describe(error, request_id):
    if isinstance(error, RuntimeFault):
        stack = error.stack if error.stack is not None else frames(error.cause)
        return {"errorMessage": str(error), "errorType": error.kind, "requestId": request_id, "stackTrace": stack}
    return {"errorMessage": str(error), "errorType": type(error).__name__, "requestId": request_id, "stackTrace": frames(error)}


def frames(error):
    """The function's own frames, outermost first."""
    if error is None:
        return []
    import traceback

    found = traceback.extract_tb(error.__traceback__)
    # Without the column: Lambda marks no places within a line.
    own = [(frame.filename, frame.lineno, frame.name, frame.line) for frame in found if not frame.filename.startswith((OWN, "<frozen importlib")) and "/importlib/" not in frame.filename.replace(os.sep, "/")]
    return traceback.format_list(own)


def log_failure(failure):
    if _function_log.is_json:
        write_event(json_line({"timestamp": timestamp(time.time()), "log_level": "ERROR", **failure}))
        return
    message = failure["errorMessage"]
    lines = ["[ERROR] %s" % failure["errorType"] + (": %s" % message if message else ""), "Traceback (most recent call last):"]
    lines.extend(indent(line) for frame in failure["stackTrace"] for line in frame.rstrip("\n").split("\n"))
    write_event("\n".join(lines) + "\n")


def indent(line):
    """Keeps the indentation where blanks at the start of a line are swallowed."""
    text = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(text)) + text
