"""Finds where an answer leads: by its status, or by what the page itself says."""

from collections.abc import Callable, Mapping

from feedmill._net.access import url_and_redirects
from feedmill._net.client.header_fields import decode_address_field
from feedmill._net.client.response import JUMP, PartialResponse

JumpFinder = Callable[[str, Mapping[str, str], bytes], str | None]
"""Given an address, the answer's header fields and its body: where that page leads by itself."""


def find_target(
    url: str, partial: PartialResponse, find_jump: JumpFinder | None
) -> tuple[str | None, int | None]:
    """Return where an answer leads and by which status; no status: nowhere."""
    if partial.status in url_and_redirects.FOLLOWED_STATUSES:
        return decode_address_field(partial.headers.get("location")), partial.status
    jump = find_jump(url, partial.headers, partial.body) if find_jump and partial.status == JUMP else None
    return jump, None if jump is None else JUMP
