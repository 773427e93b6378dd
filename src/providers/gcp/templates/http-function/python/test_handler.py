"""Run with: python -m unittest (after: python -m pip install -r requirements.txt)"""

import json
import unittest
from pathlib import Path

import functions_framework

HERE = Path(__file__).parent
EVENT = json.loads((HERE / "events" / "http-function.json").read_text("utf-8"))


class HandlerTest(unittest.TestCase):
    def setUp(self):
        self.client = functions_framework.create_app("handler", HERE / "main.py").test_client()

    def test_get_greets_whom_the_query_names(self):
        answer = self.client.get("/hello?name=Grace")
        self.assertEqual((answer.status_code, answer.json), (200, {"message": "Hello, Grace!"}))
        self.assertEqual(self.client.get("/").json, {"message": "Hello, World!"})

    def test_post_greets_whom_the_body_names(self):
        answer = self.client.post(EVENT["path"], json=EVENT["body"])
        self.assertEqual((answer.status_code, answer.json), (200, {"message": "Hello, Ada!"}))

    def test_refuses_what_it_cannot_answer(self):
        self.assertEqual(self.client.post("/", json=[]).status_code, 400)
        self.assertEqual(self.client.delete("/").status_code, 405)


if __name__ == "__main__":
    unittest.main()
