"""Run with: python -m unittest"""

import json
import unittest
from pathlib import Path

from lambda_function import lambda_handler

EVENT = json.loads((Path(__file__).parent / "events" / "schedule.json").read_text("utf-8"))


class HandlerTest(unittest.TestCase):
    def test_works_on_the_day_before(self):
        self.assertEqual(lambda_handler(EVENT, None), {"day": "2025-12-31"})

    def test_does_the_same_work_again(self):
        self.assertEqual(lambda_handler(EVENT, None), lambda_handler(EVENT, None))


if __name__ == "__main__":
    unittest.main()
