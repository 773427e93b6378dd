"""Calls a WSGI application (PEP 3333) with one request: no port, no server."""
import io
import os
import sys


def call(app, request):
    """`(status, headers, body)` of the answer. What the application raises is raised."""
    answer = {}
    early = []

    def start_response(status, headers, exc_info=None):
        answer.update(status=int(status.split(" ", 1)[0]), headers=headers)
        return early.append

    parts = app(environ(request), start_response)
    try:
        body = b"".join([*early, *parts])
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return answer["status"], answer["headers"], body


def environ(request):
    values = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.plain_path.decode("latin-1"),
        "QUERY_STRING": request.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": os.environ.get("PORT", "80"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        if name not in ("content-type", "content-length"):
            values["HTTP_" + name.upper().replace("-", "_")] = value
    if "content-type" in request.headers:
        values["CONTENT_TYPE"] = request.headers["content-type"]
    if request.body:
        values["CONTENT_LENGTH"] = str(len(request.body))
    return values
