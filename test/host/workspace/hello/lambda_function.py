import logging

logger = logging.getLogger()
logger.setLevel(logging.INFO)


def lambda_handler(event, context):
    name = event.get("name", "world")
    logger.info("greeting %s", name)
    return {"message": f"Hello, {name}!", "request": context.aws_request_id}
