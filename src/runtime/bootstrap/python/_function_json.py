"""Events and answers as JSON.

Of Python's own module the parts that are written in C, called without the layers around them: these cost a short call more
than its handler. Whatever is not plain goes through the layers after all, for what they make of it and for what they say.
"""
import json
import os
from json.encoder import c_make_encoder, encode_basestring, encode_basestring_ascii

from _function_failure import RuntimeFault

BLANK = " \t\n\r"
# Stands for a decimal, which Python's own module cannot write with all its digits.
MARK = os.urandom(12).hex()
decimals = []


def simplify(value):
    if type(value).__name__ == "Decimal":
        if value.is_nan():
            return float("nan")
        decimals.append(str(value))
        return MARK
    # As the answers of Lambda's own client, which decodes what is in an answer, and gives bytes alone as they are.
    if isinstance(value, bytes):
        return value.decode()
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


scan = json.JSONDecoder().scan_once
# Those around a value that is being written, by which a circle is found.
around = {}


def make_writer(text):
    """Python may have come without it."""
    return c_make_encoder and c_make_encoder(around, simplify, text, None, ": ", ", ", False, False, True)


is_ascii = False
write = make_writer(encode_basestring)


def configure():
    """As the environment says which Python the function is for: before 3.12, Lambda's answers have no letters beyond ASCII."""
    global is_ascii, write
    name, _, minor = os.environ.get("AWS_EXECUTION_ENV", "").partition("python3.")
    if minor.isdigit() and int(minor) < 12:
        is_ascii = True
        write = make_writer(encode_basestring_ascii)


def marshal(value):
    if type(value) is bytes:
        return value
    if write:
        try:
            text = "".join(write(value, 0))
            return (with_decimals(text) if decimals else text).encode()
        except Exception:
            around.clear()
            decimals.clear()
    return marshal_with_care(value)


def marshal_with_care(value):
    try:
        try:
            return with_decimals(json.dumps(value, ensure_ascii=is_ascii, default=simplify)).encode()
        except UnicodeEncodeError:
            decimals.clear()
            return with_decimals(json.dumps(value, default=simplify)).encode()
    except Exception as error:
        decimals.clear()
        raise RuntimeFault("Runtime.MarshalError", "Unable to marshal response: %s" % error) from None


def with_decimals(text):
    """They come in the order in which they were met."""
    first, *others = text.split('"%s"' % MARK)
    found = [first] + [number + rest for number, rest in zip(decimals, others)]
    decimals.clear()
    return "".join(found)


def unmarshal(body):
    try:
        text = body.decode()
        value, end = scan(text, 0)
        if end == len(text) or not text[end:].strip(BLANK):
            return value
    except (StopIteration, ValueError):
        # It begins with a blank, or is none.
        pass
    return unmarshal_with_care(body)


def unmarshal_with_care(body):
    try:
        return json.loads(body)
    except ValueError as error:
        raise RuntimeFault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % error) from None
