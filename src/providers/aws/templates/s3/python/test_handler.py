"""Run with: python -m unittest"""

import json
import unittest
from pathlib import Path

from lambda_function import lambda_handler

EVENT = json.loads((Path(__file__).parent / "events" / "s3.json").read_text("utf-8"))


class HandlerTest(unittest.TestCase):
    def test_handles_each_object_by_its_real_key(self):
        self.assertEqual(lambda_handler(EVENT, None), {"handled": ["uploads/my photo(1).jpg"]})

    def test_fails_loudly_so_that_the_event_is_tried_again(self):
        with self.assertRaises(KeyError):
            lambda_handler({"Records": [{}]}, None)


if __name__ == "__main__":
    unittest.main()
