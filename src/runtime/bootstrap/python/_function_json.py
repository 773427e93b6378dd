"""Events and answers as JSON.

Of Python's own module the parts that are written in C, called without the layers around them: these cost a short call more
than its handler. Whatever is not plain goes through the layers after all, for what they make of it and for what they say.
"""
import json
from json.encoder import c_make_encoder, encode_basestring

from _function_failure import RuntimeFault

BLANK = " \t\n\r"


def simplify(value):
    if type(value).__name__ == "Decimal":
        return float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


scan = json.JSONDecoder().scan_once
encode = json.JSONEncoder(ensure_ascii=False, default=simplify).encode
# Those around a value that is being written, by which a circle is found.
around = {}
# Python may have come without them.
write = c_make_encoder and c_make_encoder(around, simplify, encode_basestring, None, ": ", ", ", False, False, True)


def marshal(value):
    if write:
        try:
            return "".join(write(value, 0)).encode()
        except Exception:
            around.clear()
    return marshal_with_care(value)


def marshal_with_care(value):
    try:
        return encode(value).encode()
    except UnicodeEncodeError:
        return json.dumps(value, default=simplify).encode()
    except Exception as error:
        raise RuntimeFault("Runtime.MarshalError", "Unable to marshal response: %s" % error) from None


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
