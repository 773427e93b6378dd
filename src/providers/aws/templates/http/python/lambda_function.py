"""{{name}}: answers HTTP requests of an HTTP API or a function URL (payload format 2.0)."""

import base64
import json
import logging
import os

logger = logging.getLogger()
logger.setLevel(os.environ.get("LOG_LEVEL", "info").upper())


def lambda_handler(event, context):
    """GET greets whom the query names, POST whom the JSON body names."""
    request = event["requestContext"]["http"]
    logger.info("%s %s", request["method"], request["path"])
    if request["method"] == "GET":
        return greet(event.get("queryStringParameters") or {})
    if request["method"] == "POST":
        return post(event)
    return answer(405, {"error": "Use GET or POST."})


def post(event):
    try:
        body = read_json(event)
    except ValueError:
        return answer(400, {"error": "The body must be a JSON object."})
    return greet(body)


def greet(person):
    return answer(200, {"message": f"Hello, {person.get('name') or 'World'}!"})


def read_json(event):
    body = event.get("body") or "{}"
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body)
    value = json.loads(body)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def answer(status, body):
    headers = {"content-type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}
