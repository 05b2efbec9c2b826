"""Builds what a receiver gets: a JSON message, and the headers of the Standard Webhooks specification.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import secrets as random
from collections.abc import Mapping, Sequence

import msgspec

from feedmill._text_safety import make_line_printable
from feedmill.article import Moment
from web.stream.entry_json import EntryShape, shape_entry

NEW_SECRET_BYTES = 32
"""Bytes of a new secret: the specification allows 24 to 64; 32 are as many as the hash has."""


class WebhookMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent to a receiver."""

    type: str
    """`article.` and the event, such as `article.created`."""
    timestamp: Moment | None
    """When feedmill made this revision."""
    data: EntryShape
    """The entry, as /v1/articles gives it."""


def build_message(entry: str, fields: Mapping[str, str]) -> bytes:
    """Write an entry of the stream as a message."""
    whole = {
        "type": f"article.{fields.get('event', '')}",
        "timestamp": fields.get("time") or None,
        "data": shape_entry(entry, fields),
    }
    return msgspec.json.encode(whole)


def build_ping(target: str) -> bytes:
    """Write a message without an event."""
    return msgspec.json.encode({"type": "ping", "timestamp": None, "data": {"webhook": target}})


def build_headers(keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return what goes with a message; `timestamp` in seconds, a signature for each key."""
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_sign(key, message_id, timestamp, body) for key in keys),
    }


def make_secret() -> str:
    """Make a secret as it is configured."""
    return "whsec_" + base64.b64encode(random.token_bytes(NEW_SECRET_BYTES)).decode()


def describe_answer(status: int, body: bytes) -> str:
    """Return what a receiver answered, in a line."""
    result = " ".join(body[:400].decode("utf-8", "replace").split())
    return make_line_printable(f"HTTP {status}" + (f": {result[:200]}" if result else ""))


def _sign(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
