"""A receiver of feedmill's webhooks, with the standard library alone.

    WEBHOOK_SECRET=whsec_… python examples/webhook.py 8900

prints the title of each article once. docs/gateway.md says what is promised.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE_S = 300
MOST_BYTES = 10 << 20
seen: dict[str, int] = {}
"""The highest revision of each article; a real receiver keeps it where it keeps the articles."""


class Receiver(BaseHTTPRequestHandler):
    """Takes messages."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Check one message and keep its article."""
        size = int(self.headers.get("content-length", "0"))
        if size > MOST_BYTES:
            self.answer(413)
            return
        body = self.rfile.read(size)
        if not self.is_genuine(body):
            self.answer(401)
            return
        message = json.loads(body)
        if message["type"] in {"article.created", "article.updated"}:
            article = message["data"]["article"]
            if article["rev"] > seen.get(article["id"], 0):  # a message may come twice
                print(article["title"], flush=True)
                seen[article["id"]] = article["rev"]
        self.answer(204)

    def is_genuine(self, body: bytes) -> bool:
        """Verify time and signature over the bytes as they came."""
        told = self.headers.get("webhook-timestamp", "")
        if not told.isdecimal() or abs(time.time() - int(told)) > TOLERANCE_S:
            return False
        signed = b".".join([self.headers.get("webhook-id", "").encode(), told.encode(), body])
        wanted = b"v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest())
        given = self.headers.get("webhook-signature", "").encode().split(b" ")
        return any(hmac.compare_digest(one, wanted) for one in given)

    def answer(self, status: int) -> None:
        """Answer with a status."""
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
