"""Run with: python -m unittest"""

import base64
import copy
import json
import unittest
from pathlib import Path

from lambda_function import lambda_handler

EVENT = json.loads((Path(__file__).parent / "events" / "http.json").read_text("utf-8"))


def request(method, body=None, encoded=False):
    event = copy.deepcopy(EVENT)
    event["requestContext"]["http"]["method"] = method
    return {**event, "body": body, "isBase64Encoded": encoded}


class HandlerTest(unittest.TestCase):
    def test_get_greets_whom_the_query_names(self):
        answer = lambda_handler(EVENT, None)
        self.assertEqual(answer["statusCode"], 200)
        self.assertEqual(json.loads(answer["body"]), {"message": "Hello, Ada!"})

    def test_post_greets_whom_the_body_names(self):
        body = json.dumps({"name": "Grace"})
        packed = base64.b64encode(body.encode()).decode()
        for answer in (
            lambda_handler(request("POST", body), None),
            lambda_handler(request("POST", packed, encoded=True), None),
        ):
            self.assertEqual(json.loads(answer["body"]), {"message": "Hello, Grace!"})

    def test_refuses_what_it_cannot_answer(self):
        self.assertEqual(lambda_handler(request("POST", "{"), None)["statusCode"], 400)
        self.assertEqual(lambda_handler(request("POST", "[]"), None)["statusCode"], 400)
        self.assertEqual(lambda_handler(request("DELETE"), None)["statusCode"], 405)


if __name__ == "__main__":
    unittest.main()
