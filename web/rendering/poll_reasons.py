"""Explains the reasons that decide when a feed is polled next, for people. Pure."""

_MEANINGS = {
    "interval": "the interval that the list asks for",
    "rhythm": "how often it has something new",
    "default": "the usual interval, as its rhythm is not known yet",
    "gap": "entries may have been missed between its last two polls",
    "unconditional": "it gives no ETag or Last-Modified, so each poll costs it a whole answer",
    "quiet": "it has had nothing new for long",
    "ttl": "its own ttl",
    "update_period": "its own update period",
    "max_age": "its server's Cache-Control",
    "expires": "its server's Expires",
    "skip_hours": "the hours that it names for rest",
    "skip_days": "the days that it names for rest",
    "error_backoff": "polls that failed; each further one doubles the wait",
    "retry_after": "its server's Retry-After",
    "gone": "it was withdrawn for good",
}
"""By reason, as the scheduler and `feedmill feeds why --json` name it."""


def explain_poll_reason(reason: str) -> str:
    """Return a reason with what it means; a reason of another version stands alone."""
    meaning = _MEANINGS.get(reason)
    return f"{reason} ({meaning})" if meaning else reason
