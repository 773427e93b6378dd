"""{{name}}: runs on a schedule."""

import logging
import os
from datetime import datetime, timedelta

logger = logging.getLogger()
logger.setLevel(os.environ.get("LOG_LEVEL", "info").upper())


def lambda_handler(event, context):
    """Works on the day before the planned time, so that a late or repeated run does the same work."""
    planned = datetime.fromisoformat(event["time"].replace("Z", "+00:00"))
    return clean_up(planned - timedelta(days=1))


def clean_up(day):
    logger.info("Cleaning up after %s", day.date())
    return {"day": day.date().isoformat()}
