"""Removes lines that ask the reader to act: to subscribe, follow, give, join, share, print or listen."""

import re
from urllib.parse import urlsplit

from worker.cleaning.draft import CleaningDraft
from worker.cleaning.notice_lines import remove_labeled
from worker.document.blocks import Block
from worker.vocabulary.labels import load_labels

_MAX_CALL_CHARS = 180
"""Characters of the longest line that is a call; a longer one is prose and stays."""
_MAX_SHARE_CHARS = 60
"""Characters of the longest line of share words; a longer one is prose and stays."""
_MAX_SHARE_LINK_WORDS = 2
"""Words of the name of a service ("Google Classroom"); a longer link has a title, and stays."""
_WORD = re.compile(r"\w+")
_MAX_PATH_PARTS = 3
"""Path parts of an address of the site's service; deeper ones are articles filed under such a word."""


def remove_newsletter_calls(draft: CleaningDraft) -> CleaningDraft:
    """Remove calls to subscribe that are whole lines; a sentence about a newsletter stays."""
    return remove_labeled(draft, "newsletter", "newsletter")


def remove_follow_calls(draft: CleaningDraft) -> CleaningDraft:
    """Remove calls to follow or to get the app that are whole lines; "police follow a car" stays."""
    return remove_labeled(draft, "follow", "follow")


def remove_service_links(draft: CleaningDraft) -> CleaningDraft:
    """Remove short lines that lead to a page of the site's own service: to give, to join, to subscribe.

    The link must be relative or to the page's own address, and one of its path's parts must be such a word as
    a whole ("/support/", "/newsletter/daily"); a line that links to another site's appeal stays, and so does
    any paragraph, item, heading, quotation or table.
    """
    gone = [
        place
        for place, block in enumerate(draft.blocks)
        if block.hrefs
        and len(block.text) <= _MAX_CALL_CHARS
        and block.kind == "paragraph"
        and any(_is_service_link(href, draft.facts.host) for href in block.hrefs)
    ]
    return draft.remove_blocks(gone, "service")


def _is_service_link(href: str, host: str) -> bool:
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return False
    if parts.scheme not in ("", "http", "https") or (parts.netloc and parts.netloc.lower() != host):
        return False
    words = parts.path.strip("/").removesuffix(".html").lower().split("/")
    return len(words) <= _MAX_PATH_PARTS and any(word in load_labels().services for word in words)


def remove_share_lines(draft: CleaningDraft) -> CleaningDraft:
    """Remove share, print and listen words that are whole short lines; "shares fell" stays.

    Such a word with a colon may be followed by links of a few words: "Share: Facebook, X".
    """
    gone = [
        place
        for place, block in enumerate(draft.blocks)
        if len(block.text) <= _MAX_SHARE_CHARS
        and block.kind not in ("cell", "code")
        and block.level == 0
        and (load_labels().is_label("share", block.text) or _leads_share_links(block))
    ]
    return draft.remove_blocks(gone, "share")


def _leads_share_links(block: Block) -> bool:
    """Return whether a line is a share word, a colon, and nothing but links of a word or two."""
    label, colon, rest = block.text.replace("\uff1a", ":").partition(":")
    links = [piece for piece in block.pieces if _WORD.search(piece)][1:]
    letters = sum(map(len, _WORD.findall(rest)))
    return (
        bool(colon and letters)
        and load_labels().is_label("share", label)
        and block.linked * len(block.key) >= letters
        and all(len(piece.split()) <= _MAX_SHARE_LINK_WORDS for piece in links)
    )
