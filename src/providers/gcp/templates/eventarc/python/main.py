"""{{name}}: runs for events that come by way of Eventarc."""

import functions_framework


@functions_framework.cloud_event
def handler(event):
    """Events are CloudEvents; which data they have is told by their type."""
    print(event["id"], event["type"])
    if event["type"] == "google.cloud.audit.log.v1.written":
        audited(event.data["protoPayload"])


def audited(payload):
    caller = payload.get("authenticationInfo", {}).get("principalEmail", "somebody")
    print(f"{caller}: {payload['methodName']} of {payload['resourceName']}")
