"""The function's log: what it prints, and each call of `logging` as one log event, however many lines it has."""
import io
import os
import sys
import time

is_json = False
descriptor = 0
request_id = ""


def configure():
    """As the environment variables say; they are not looked at before."""
    global is_json, descriptor
    is_json = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
    descriptor = int(os.environ.pop("_LAMBDA_TELEMETRY_LOG_FD"))


class Output(io.FileIO):
    """Writes all that it is given. Without a buffer, Python drops the rest when a signal ends a write early."""

    def write(self, data):
        done = super().write(data)
        if type(data) is bytes and done == len(data):
            return done
        rest = memoryview(data).cast("B")
        while len(rest) > (done or 0):
            if done is None:
                self.wait()
            rest = rest[done or 0 :]
            done = super().write(rest)
        return memoryview(data).nbytes

    def wait(self):
        """A program that the function started has the pipe too, and may have made it one that does not wait."""
        import select

        select.select([], [self], [])


def open_outputs():
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        output = Output(descriptor, "w", closefd=False)
        output.name = "<%s>" % name
        stream = io.TextIOWrapper(output, "utf-8", "backslashreplace", newline="\n", write_through=True)
        stream.mode = "w"
        setattr(sys, name, stream)
        setattr(sys, "__%s__" % name, stream)


def set_request_id(value):
    global request_id
    request_id = value


def write_event(text):
    body = text.encode("utf-8", "backslashreplace")
    head = (0xA55A0003).to_bytes(4, "big") + len(body).to_bytes(4, "big") + int(time.time() * 1e6).to_bytes(8, "big")
    frame = memoryview(head + body)
    while frame:
        frame = frame[os.write(descriptor, frame):]


def json_line(facts):
    import json

    return json.dumps({name: value for name, value in facts.items() if value is not None}, ensure_ascii=False) + "\n"


def timestamp(seconds):
    """To the second, as Lambda's records have it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class LoggingHook:
    """Puts the handler in place when, and only if, the function imports `logging`."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != "logging":
            return None
        from importlib.machinery import PathFinder

        sys.meta_path.remove(cls)
        spec = PathFinder.find_spec(name)
        execute = spec.loader.exec_module

        def execute_and_install(module):
            execute(module)
            install(module)

        spec.loader.exec_module = execute_and_install
        return spec


def hook_logging():
    if "logging" in sys.modules:
        install(sys.modules["logging"])
    else:
        sys.meta_path.insert(0, LoggingHook)


def install(logging):
    # Some look for it by its name.
    class LambdaLoggerHandler(logging.Handler):
        def emit(self, record):
            write_event(self.format(record))

    class JsonFormatter(logging.Formatter):
        known = set(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {"message", "asctime", "aws_request_id"}

        def format(self, record):
            facts = self.facts(record)
            return json_line({**facts, **{name: value for name, value in record.__dict__.items() if name not in self.known and name not in facts}})

        def facts(self, record):
            facts = {"timestamp": timestamp(record.created), "level": logging.getLevelName(min(max(record.levelno, 0), 50) // 10 * 10), "message": record.getMessage(), "logger": record.name}
            if record.exc_info and record.exc_info[0]:
                import traceback

                kind, error, trace = record.exc_info
                facts.update(stackTrace=traceback.format_tb(trace), errorType=kind.__name__, errorMessage=str(error))
            facts["requestId"] = record.aws_request_id
            if record.exc_info:
                facts["location"] = "%s:%s:%s" % (record.pathname, record.funcName, record.lineno)
            return facts

    class AddRequestId(logging.Filter):
        def filter(self, record):
            record.aws_request_id = request_id
            return True

    handler = LambdaLoggerHandler()
    formatter = logging.Formatter("[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S")
    logging.Formatter.converter = time.gmtime
    if is_json:
        formatter = JsonFormatter()
        level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "")
        logging.getLogger().setLevel({"TRACE": "DEBUG"}.get(level, level))
    handler.setFormatter(formatter)
    handler.addFilter(AddRequestId())
    logging.getLogger().addHandler(handler)
