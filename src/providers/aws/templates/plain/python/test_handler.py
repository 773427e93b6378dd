"""Run with: python -m unittest"""

import json
import unittest
from pathlib import Path

from lambda_function import lambda_handler

EVENT = json.loads((Path(__file__).parent / "events" / "plain.json").read_text("utf-8"))


class HandlerTest(unittest.TestCase):
    def test_greets_by_name(self):
        self.assertEqual(lambda_handler(EVENT, None), {"message": "Hello, Ada!"})

    def test_greets_the_world_without_a_name(self):
        self.assertEqual(lambda_handler({}, None), {"message": "Hello, World!"})


if __name__ == "__main__":
    unittest.main()
