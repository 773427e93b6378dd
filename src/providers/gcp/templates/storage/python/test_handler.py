"""Run with: python -m unittest (after: python -m pip install -r requirements.txt)"""

import contextlib
import io
import unittest
from pathlib import Path

from cloudevents.http import from_json

from main import handler

EVENT = (Path(__file__).parent / "events" / "storage.json").read_text("utf-8")


class HandlerTest(unittest.TestCase):
    def test_handles_an_upload(self):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            handler(from_json(EVENT))
        self.assertEqual(printed.getvalue(), "gs://uploads/photos/ada.jpg: 1024 bytes\n")

    def test_fails_on_an_event_without_an_object(self):
        event = from_json(EVENT)
        del event.data["name"]
        with self.assertRaises(KeyError):
            handler(event)


if __name__ == "__main__":
    unittest.main()
