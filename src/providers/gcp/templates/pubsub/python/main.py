"""{{name}}: handles messages of a Pub/Sub topic. An exception makes a message come again where retries are on."""

import base64
import json

import functions_framework


@functions_framework.cloud_event
def handler(event):
    """A message may come twice, so handling the same one again must do no harm."""
    message = event.data["message"]
    order = json.loads(base64.b64decode(message["data"]))
    print(f"Order {order['order']}: {order['item']}")
