"""Removes lines that show, ask, sell or regulate: captions, calls, ads, comments, copyright, tags."""

import re
from urllib.parse import urlsplit

from worker.cleaning.draft import CleaningDraft
from worker.cleaning.page_marks import TAG_LISTS, is_caption
from worker.document.block_tests import heads_caption, is_paragraph
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


def _remove_labeled(draft: CleaningDraft, kind: str, rule: str, *, start: int = 0) -> CleaningDraft:
    gone = [
        place
        for place, block in enumerate(draft.blocks)
        if place >= start and block.level != 1 and load_labels().is_label(kind, block.text)
    ]
    return draft.remove_blocks(gone, rule)


def remove_captions(draft: CleaningDraft) -> CleaningDraft:
    """Remove captions (in figcaption or under a caption class) and lines that are only a photo credit.

    A heading over a caption in its figure goes with it. A paragraph about a photo stays; text in a
    figure that is a quote or a table stays.
    """
    blocks = draft.blocks
    gone = {
        place
        for place, block in enumerate(blocks)
        if is_caption(block) or load_labels().is_label("photo", block.text)
    }
    gone |= {place - 1 for place in gone if place and heads_caption(blocks[place - 1], blocks[place])}
    return draft.remove_blocks(gone, "caption")


def remove_newsletter_calls(draft: CleaningDraft) -> CleaningDraft:
    """Remove calls to subscribe that are whole lines; a sentence about a newsletter stays."""
    return _remove_labeled(draft, "newsletter", "newsletter")


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


def remove_follow_calls(draft: CleaningDraft) -> CleaningDraft:
    """Remove calls to follow or to get the app that are whole lines; "police follow a car" stays."""
    return _remove_labeled(draft, "follow", "follow")


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


def remove_advert_labels(draft: CleaningDraft) -> CleaningDraft:
    """Remove ad labels and affiliate notices that are whole lines; an article about ads stays."""
    return _remove_labeled(draft, "advert", "advert")


def remove_comment_labels(draft: CleaningDraft) -> CleaningDraft:
    """Remove comment labels and forms below the last paragraph; a heading "Comments" over text stays."""
    tail = draft.tail()
    gone = [
        place
        for place, block in enumerate(draft.blocks)
        if load_labels().is_label("comments", block.text) and (place >= tail or not _leads_text(draft, place))
    ]
    return draft.remove_blocks(gone, "comments")


def _leads_text(draft: CleaningDraft, place: int) -> bool:
    return place + 1 < len(draft.blocks) and is_paragraph(draft.blocks[place + 1])


def remove_copyright_lines(draft: CleaningDraft) -> CleaningDraft:
    """Remove copyright, "appeared first on" and legal lines in the last third; elsewhere they are text."""
    start = len(draft.blocks) * 2 // 3
    draft = _remove_labeled(draft, "copyright", "copyright", start=start)
    return _remove_labeled(draft, "appeared", "copyright", start=start // 2)


def remove_tag_lists(draft: CleaningDraft) -> CleaningDraft:
    """Remove "Tags: …" lines and the links after a tag label, below the last paragraph."""
    gone: set[int] = set()
    for place in range(draft.tail(), len(draft.blocks)):
        block = draft.blocks[place]
        if (
            load_labels().is_label("tags", block.text)
            or block.has_class_word(*TAG_LISTS)
            or (place - 1 in gone and block.linked > 0.8 and len(block.text) < 60)  # noqa: PLR2004
        ):
            gone.add(place)
    return draft.remove_blocks(gone, "tags")


def remove_cookie_lines(draft: CleaningDraft) -> CleaningDraft:
    """Remove cookie and consent lines that are whole blocks; a recipe for cookies stays."""
    return _remove_labeled(draft, "cookies", "cookies")


def remove_author_notes(draft: CleaningDraft) -> CleaningDraft:
    """Remove a note about the author after the end of the article: "Jane Doe is a reporter for …".

    Only in the last blocks, and only as a whole line; an article about a reporter stays.
    """
    count = len(draft.blocks)
    gone = []
    for place in range(count - 1, max(0, count - 4), -1):
        if not load_labels().is_label("note", draft.blocks[place].text):
            break
        gone.append(place)
    return draft.remove_blocks(gone, "author_note")
