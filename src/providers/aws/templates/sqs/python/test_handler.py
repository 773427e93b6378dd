"""Run with: python -m unittest"""

import json
import unittest
from pathlib import Path

from lambda_function import lambda_handler

EVENT = json.loads((Path(__file__).parent / "events" / "sqs.json").read_text("utf-8"))


class HandlerTest(unittest.TestCase):
    def test_handles_every_message(self):
        self.assertEqual(lambda_handler(EVENT, None), {"batchItemFailures": []})

    def test_asks_for_only_the_failed_message_again(self):
        good, bad = EVENT["Records"]
        event = {"Records": [good, {**bad, "body": "not JSON"}]}
        with self.assertLogs(level="ERROR"):
            answer = lambda_handler(event, None)
        self.assertEqual(answer, {"batchItemFailures": [{"itemIdentifier": bad["messageId"]}]})


if __name__ == "__main__":
    unittest.main()
