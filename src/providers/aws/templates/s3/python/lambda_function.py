"""{{name}}: runs for each object that is uploaded to a bucket."""

import logging
import os
from urllib.parse import unquote_plus

logger = logging.getLogger()
logger.setLevel(os.environ.get("LOG_LEVEL", "info").upper())


def lambda_handler(event, context):
    """An event may come twice, so handling the same object again must do no harm."""
    return {"handled": [handle(record["s3"]) for record in event["Records"]]}


def handle(upload):
    bucket = upload["bucket"]["name"]
    # Keys come encoded as in a URL: "my+photo.jpg" is the object "my photo.jpg".
    key = unquote_plus(upload["object"]["key"])
    logger.info("%s bytes in s3://%s/%s", upload["object"]["size"], bucket, key)
    # To read it: boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return key
