"""Compares the access token in constant time, and derives what browsers get from it. Pure.

A browser shows the token once and gets a session cookie; a form carries a token of its own. Both are a time
and its HMAC-SHA256 under the token, so a new token ends them all. A session has an id as well, under which
`web/http/session_store.py` keeps it until it is ended.
"""

import hashlib
import hmac
from dataclasses import dataclass

SESSION_S = 7 * 86400
"""Seconds that a session lasts unless it is ended."""
_FORM_LIFE_S = 12 * 3600
"""Seconds that a form may be open before it is sent; then its page must be loaded again."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """The gateway's token."""

    text: str

    def matches(self, given: str) -> bool:
        """Compare in a time that reveals nothing."""
        return hmac.compare_digest(_digest(given), _digest(self.text))

    def make_session(self, session_id: str, until: int) -> str:
        """Make what the cookie of a browser holds that has shown the token; `until` in s since the epoch."""
        return f"{session_id}.{self._make_stamp(f'session {session_id}', until)}"

    def session_id(self, cookie: str, now: float) -> str:
        """Return the id of a session from its cookie; empty where it is not one of ours, or too old."""
        session_id, _, stamp = cookie.partition(".")
        return session_id if self._is_stamp(f"session {session_id}", stamp, now) else ""

    def make_form_token(self, now: float) -> str:
        """Make what a form of ours carries."""
        return self._make_stamp("form", now + _FORM_LIFE_S)

    def is_form(self, given: str, now: float) -> bool:
        """Return whether a form is one of ours and not too old."""
        return self._is_stamp("form", given, now)

    def _make_stamp(self, use: str, until: float) -> str:
        return f"{until:.0f}.{self._mac(use, f'{until:.0f}')}"

    def _is_stamp(self, use: str, given: str, now: float) -> bool:
        until, _, mac = given.partition(".")
        good = hmac.compare_digest(mac.encode(), self._mac(use, until).encode())
        return good and until.isascii() and until.isdecimal() and now < int(until)

    def _mac(self, use: str, text: str) -> str:
        return hmac.new(self.text.encode(), f"feedmill {use} {text}".encode(), hashlib.sha256).hexdigest()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
