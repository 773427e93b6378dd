"""{{name}}: answers an event of your own making."""

import logging
import os

logger = logging.getLogger()
logger.setLevel(os.environ.get("LOG_LEVEL", "info").upper())


def lambda_handler(event, context):
    """Greets whom the event names; what is returned must fit into JSON."""
    name = event.get("name") or "World"
    logger.info("Greeting %s", name)
    return {"message": f"Hello, {name}!"}
