"""Calls an ASGI application with one request: no port, no server. https://asgi.readthedocs.io/en/latest/specs/www.html"""
import asyncio

loop = None


def run(coroutine):
    """What a coroutine returns. All run in one loop, so that what one has opened another can use."""
    global loop
    if loop is None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
    return loop.run_until_complete(coroutine)


class Application:
    def __init__(self, app):
        self.app = app
        self.state = {}
        self.lifespan = None

    def start(self):
        """Tells the application of its start, if it wants to know."""
        run(self.begin())

    async def begin(self):
        self.begun = asyncio.Event()
        self.failure = None
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        self.lifespan = asyncio.ensure_future(self.live(scope))
        await self.begun.wait()
        if self.failure is not None:
            raise RuntimeError("The application did not start: %s" % self.failure)

    async def live(self, scope):
        asked = []

        async def receive():
            if not asked:
                asked.append(True)
                return {"type": "lifespan.startup"}
            # Nobody is told of the end: the process is gone before.
            await asyncio.Event().wait()

        async def send(message):
            if message["type"] == "lifespan.startup.failed":
                self.failure = message.get("message", "")
            self.begun.set()

        try:
            await self.app(scope, receive, send)
        except Exception:
            # By the specification, an application that raises here knows nothing of such events.
            pass
        finally:
            self.begun.set()

    def call(self, request):
        """`(status, headers, body)` of the answer. What the application raises is raised."""
        return run(self.answer(request))

    async def answer(self, request):
        parts, head, given = [], {}, []

        async def receive():
            if not given:
                given.append(True)
                return {"type": "http.request", "body": request.body, "more_body": False}
            await asyncio.Event().wait()

        async def send(message):
            if message["type"] == "http.response.start":
                head.update(status=message["status"], headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in message.get("headers", [])])
            elif message["type"] == "http.response.body":
                parts.append(bytes(message.get("body", b"")))

        await self.app(scope_of(request, self.state), receive, send)
        if not head:
            raise RuntimeError("The application ended without a response.")
        return head["status"], head["headers"], b"".join(parts)


def scope_of(request, state):
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.plain_path.decode("utf-8", "replace"),
        "raw_path": request.path.encode(),
        "query_string": request.query.encode(),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("utf-8")) for name, value in request.headers.items()],
        "client": ("127.0.0.1", 0),
        "server": ("localhost", 80),
        "state": dict(state),
    }
