"""Run with: python -m unittest (after: python -m pip install -r requirements.txt)"""

import base64
import contextlib
import io
import unittest
from pathlib import Path

from cloudevents.http import from_json

from main import handler

EVENT = (Path(__file__).parent / "events" / "pubsub.json").read_text("utf-8")


class HandlerTest(unittest.TestCase):
    def test_handles_a_message(self):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            handler(from_json(EVENT))
        self.assertEqual(printed.getvalue(), "Order 1: tea\n")

    def test_fails_on_a_bad_message(self):
        event = from_json(EVENT)
        event.data["message"]["data"] = base64.b64encode(b"not JSON").decode()
        with self.assertRaises(ValueError):
            handler(event)


if __name__ == "__main__":
    unittest.main()
