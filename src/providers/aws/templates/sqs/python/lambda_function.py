"""{{name}}: works through messages of a queue; a message that fails comes again, the others do not."""

import json
import logging
import os

logger = logging.getLogger()
logger.setLevel(os.environ.get("LOG_LEVEL", "info").upper())


def lambda_handler(event, context):
    """The queue's trigger must have "ReportBatchItemFailures" switched on for the answer to count."""
    failed = [record["messageId"] for record in event["Records"] if not try_handle(record)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def try_handle(record):
    try:
        handle(json.loads(record["body"]))
        return True
    except Exception:  # Whatever goes wrong with one message must not stop the others.
        logger.exception("Message %s failed", record["messageId"])
        return False


def handle(order):
    """A message may come twice, so handling the same one again must do no harm."""
    logger.info("Order %s: %s", order["order"], order["item"])
