"""{{name}}: runs for each object that is uploaded to a bucket of Cloud Storage."""

import functions_framework


@functions_framework.cloud_event
def handler(event):
    """An event may come twice, so handling the same object again must do no harm."""
    uploaded = event.data
    print(f"gs://{uploaded['bucket']}/{uploaded['name']}: {uploaded['size']} bytes")
