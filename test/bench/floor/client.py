# The least of a runtime client for Python.
import json
import os
import sys

import _socket

sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
module, name = os.environ["_HANDLER"].split(".")
handler = getattr(__import__(module), name)
next_event = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: floor\r\n\r\n"
sock = _socket.socket()
sock.connect((host, int(port)))
sock.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
sock.sendall(next_event)
data = b""
while True:
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more:
            sys.exit(0)
        data += more
    head, _, data = data.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:])
    length = int(fields["content-length"])
    while len(data) < length:
        data += sock.recv(65536)
    body, data = data[:length], data[length:]
    request_id = fields.get("lambda-runtime-aws-request-id")
    if request_id:
        text = json.dumps(handler(json.loads(body), None)).encode()
        sock.sendall(b"POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: floor\r\nContent-Length: %d\r\n\r\n" % (request_id.encode(), len(text)) + text + next_event)
