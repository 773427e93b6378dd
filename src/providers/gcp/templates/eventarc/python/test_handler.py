"""Run with: python -m unittest (after: python -m pip install -r requirements.txt)"""

import contextlib
import io
import unittest
from pathlib import Path

from cloudevents.http import from_json

from main import handler

EVENT = (Path(__file__).parent / "events" / "eventarc.json").read_text("utf-8")


def output(event):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        handler(event)
    return printed.getvalue().splitlines()


class HandlerTest(unittest.TestCase):
    def test_tells_who_did_what(self):
        expected = "ada@example.com: storage.buckets.create of projects/_/buckets/uploads"
        self.assertEqual(output(from_json(EVENT))[1:], [expected])

    def test_only_names_other_events(self):
        event = from_json(EVENT)
        event["id"], event["type"] = "1", "com.example.hello"
        self.assertEqual(output(event), ["1 com.example.hello"])


if __name__ == "__main__":
    unittest.main()
