"""The Python runtime client: loads the handler, then asks the Runtime API for one event after another.

Imports as little as it can: what a function does not use should not slow its start.
"""
import builtins
import json
import os
import sys
import time

import _socket

import _function_json
from _function_failure import OWN, RuntimeFault, describe, log_failure
from _function_json import marshal, unmarshal
from _function_log import configure, hook_logging, open_outputs, set_request_id, write_event

BASE = "/2018-06-01/runtime/"
# The lines of an event's head in their order, and where their values begin. What a function puts in between may change the
# order, and the case of names.
NAMES = (
    "Lambda-Runtime-Aws-Request-Id: ",
    "Lambda-Runtime-Deadline-Ms: ",
    "Lambda-Runtime-Invoked-Function-Arn: ",
    "Lambda-Runtime-Trace-Id: ",
    "Lambda-Runtime-Client-Context: ",
    "Content-Length: ",
)
REQUEST_ID, DEADLINE, ARN, TRACE_ID, CLIENT_CONTEXT, LENGTH = map(len, NAMES)
ACCEPTED = b'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"status":"OK"}'
REPORT_RSS = sys.platform != "linux"


class Connection:
    """One kept-open connection. Its end means that there is nobody left to work for."""

    def __init__(self):
        self.api = os.environ["AWS_LAMBDA_RUNTIME_API"]
        self.next = ("GET %sinvocation/next HTTP/1.1\r\nHost: %s\r\n\r\n" % (BASE, self.api)).encode()
        self.socket = self.open()
        self.data = b""

    def open(self):
        wire = os.environ.pop("_FUNCTION_WIRE", None)
        if wire:
            # What the function starts is not to have it.
            os.set_inheritable(int(wire), False)
            return _socket.socket(fileno=int(wire))
        host, port = self.api.split(":")
        opened = _socket.socket()
        opened.connect((host, int(port)))
        opened.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        return opened

    def post(self, path, body, after=b""):
        rss = "X-Max-Rss-Kb: %d\r\n" % max_rss_kb() if REPORT_RSS else ""
        head = "POST %s%s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %d\r\n\r\n" % (BASE, path, self.api, rss, len(body))
        self.socket.sendall(head.encode() + body + after)

    def event(self):
        """The next event's head, line by line, and its body; answers to posts are passed over."""
        while True:
            if self.data.startswith(ACCEPTED):
                self.data = self.data[len(ACCEPTED):]
            head, found, rest = self.data.partition(b"\r\n\r\n")
            if not found:
                self.data += self.receive()
                continue
            _, _, *lines = head.decode("latin-1").split("\r\n")
            if len(lines) < 5 or not (lines[0].startswith(NAMES[0]) and lines[-1].startswith(NAMES[-1])):
                lines = in_order(head)
            body = self.take(rest, int(lines.pop()[LENGTH:]))
            if lines:
                return lines, body

    def take(self, data, length):
        """So many bytes, of which the first are here; what comes behind them is kept."""
        parts = [data]
        missing = length - len(data)
        while missing > 0:
            parts.append(self.receive())
            missing -= len(parts[-1])
        if len(parts) > 1:
            data = b"".join(parts)
        self.data = data[length:]
        return data[:length]

    def receive(self):
        # More at once would cost a call to the system for the room alone.
        data = self.socket.recv(1 << 16)
        if not data:
            os._exit(0)
        return data


def in_order(head):
    """The lines of a head by their names; only that of the length when it is none of an event."""
    values = {"content-length": "0"}
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        values[name.lower()] = value.strip()
    found = [name + values[name[:-2].lower()] for name in NAMES if name[:-2].lower() in values]
    return found if found[0].startswith(NAMES[0]) else found[-1:]


class CognitoIdentity:
    __slots__ = ["cognito_identity_id", "cognito_identity_pool_id"]

    def __repr__(self):
        return describe_members(self, self.__slots__)


class LambdaContext:
    """What a handler is told of its call."""

    # Nobody who calls a function here has one.
    nobody = CognitoIdentity()
    nobody.cognito_identity_id = nobody.cognito_identity_pool_id = None
    # Read once: each look at the environment translates names and values.
    facts = {}

    def __init__(self, request_id, deadline_ms, arn, client=""):
        self.aws_request_id = request_id
        self.invoked_function_arn = arn[ARN:]
        self.__dict__.update(self.facts or self.read_facts())
        self.client_context = client_context(client[CLIENT_CONTEXT:]) if client else None
        self.identity = self.nobody
        self.tenant_id = None
        self._epoch_deadline_time_in_ms = deadline_ms

    @classmethod
    def read_facts(cls):
        names = {
            "log_group_name": "AWS_LAMBDA_LOG_GROUP_NAME",
            "log_stream_name": "AWS_LAMBDA_LOG_STREAM_NAME",
            "function_name": "AWS_LAMBDA_FUNCTION_NAME",
            "function_version": "AWS_LAMBDA_FUNCTION_VERSION",
            "memory_limit_in_mb": "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        }
        cls.facts = {name: os.environ[variable] for name, variable in names.items()}
        return cls.facts

    def get_remaining_time_in_millis(self):
        return max(self._epoch_deadline_time_in_ms - int(time.time() * 1000), 0)

    def log(self, message):
        write_event(str(message))

    def __repr__(self):
        names = "aws_request_id log_group_name log_stream_name function_name memory_limit_in_mb function_version invoked_function_arn client_context identity tenant_id"
        return describe_members(self, names.split())


def describe_members(value, names):
    return "%s([%s])" % (type(value).__name__, ",".join("%s=%s" % (name, getattr(value, name)) for name in names))


def plain_context(request_id, deadline_ms, *_):
    """What is written for another runtime is not told what Lambda tells: `(id of the call, deadline in epoch ms)` for its adapter."""
    return request_id, deadline_ms


def client_context(text):
    from types import SimpleNamespace

    value = json.loads(text)
    if value is None:
        return None
    told = value.get("client")
    names = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")
    client = None if told is None else SimpleNamespace(**{name: told.get(name) for name in names})
    return SimpleNamespace(client=client, custom=value.get("custom"), env=value.get("env"))


def max_rss_kb():
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)


class ProvidedPackages:
    """Packages that the runtime in the cloud brings along are found on this machine, if it has them, and no others."""

    names = {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3"}

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if path is not None or name not in cls.names:
            return None
        from importlib.machinery import PathFinder
        import site

        folders = site.getsitepackages() + [site.getusersitepackages()]
        return PathFinder.find_spec(name, folders)


def prepare():
    # What Python itself added to the environment at its start is not part of it.
    if os.environ.get("LC_CTYPE") == "C.UTF-8":
        del os.environ["LC_CTYPE"]
    # `site` is not loaded, and these two are its work.
    builtins.exit = builtins.quit = sys.exit
    if "_FUNCTION_PYCACHE" in os.environ:
        prepare_live()
    sys.path[:] = [folder for folder in sys.path if folder != os.environ["LAMBDA_RUNTIME_DIR"]]
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    add_named_paths()
    sys.meta_path.append(ProvidedPackages)
    open_outputs()
    hook_logging()


def add_named_paths():
    """What files that end with .pth name, in the function's folder and in those of its layers, is on the path too, as in the cloud."""
    layers = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    for folder in [os.environ["LAMBDA_TASK_ROOT"], *layers]:
        if folder and folder != os.environ["LAMBDA_RUNTIME_DIR"] and has_named_paths(folder):
            import site

            site.addsitedir(folder)


def has_named_paths(folder):
    try:
        return any(name.endswith(".pth") for name in os.listdir(folder))
    except OSError:
        # A layer need not have all of its folders.
        return False


def prepare_live():
    """For a function that runs from its source folder; what was said of that is no part of its environment."""
    from _function_live import KeptElsewhere, add_packages

    KeptElsewhere.install(os.environ["LAMBDA_TASK_ROOT"], os.environ.pop("_FUNCTION_PYCACHE"))
    packages = os.environ.pop("_FUNCTION_PACKAGES", None)
    if packages:
        add_packages(packages)


def load_handler(text):
    # With a signature before it, it is a function that is written for another runtime.
    if ":" in text:
        return load_adapters().load(text)
    from importlib import import_module

    module_name, dot, name = text.rpartition(".")
    if not dot or not module_name:
        raise RuntimeFault("Runtime.MalformedHandlerName", "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % text)
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise RuntimeFault("Runtime.BuiltInModuleConflict", "Cannot use built-in module %s as a handler module" % module_name)
    module = explain_import(module_name, lambda: import_module(module_name.replace("/", ".")))
    if not hasattr(module, name):
        raise RuntimeFault("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (name, module_name))
    return getattr(module, name)


def load_adapters():
    from importlib import import_module

    # This folder is on no path any more.
    sys.path.insert(0, OWN)
    try:
        return import_module("_function_adapters")
    finally:
        sys.path.remove(OWN)


def load_module(name):
    from importlib import import_module

    return explain_import(name, lambda: import_module(name))


def explain_import(name, load):
    """What `load` returns. Errors of a module that cannot be loaded become the runtime's own kinds."""
    try:
        return load()
    except ImportError as error:
        raise RuntimeFault("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (name, error), error) from None
    except ValueError as error:
        # Before 3.11.4 Python has another word for a null byte in the source.
        if "null bytes" not in str(error):
            raise
        raise syntax_fault(name, error, []) from None
    except SyntaxError as error:
        frame = '  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text or "")
        # Python does not always know the place: not of a null byte, for one.
        stack = [frame] if error.filename and error.lineno else []
        raise syntax_fault(name, error, stack) from None


def syntax_fault(name, error, stack):
    return RuntimeFault("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (name, error), stack=stack)


def serve(connection, handler, new_context):
    connection.socket.sendall(connection.next)
    while True:
        (request_id, deadline, arn, trace_id, *client), body = connection.event()
        request_id = request_id[REQUEST_ID:]
        set_request_id(request_id)
        os.environ["_X_AMZN_TRACE_ID"] = trace_id[TRACE_ID:]
        action = "response"
        try:
            context = new_context(request_id, int(deadline[DEADLINE:]), arn, *client)
            answer = marshal(handler(unmarshal(body), context))
        except Exception as error:
            failure = describe(error, request_id)
            log_failure(failure)
            action, answer = "error", marshal(failure)
        connection.post("invocation/%s/%s" % (request_id, action), answer, connection.next)


def main():
    configure()
    _function_json.configure()
    connection = Connection()
    prepare()
    text = os.environ["_HANDLER"]
    try:
        handler = load_handler(text)
    except Exception as error:
        failure = describe(error, "")
        log_failure(failure)
        connection.post("init/error", marshal(failure))
        sys.exit(1)
    serve(connection, handler, plain_context if ":" in text else LambdaContext)
