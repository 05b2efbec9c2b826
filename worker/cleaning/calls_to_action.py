"""Removes lines that ask the reader to act: to subscribe, follow, give, join, share, print or listen."""

import re
from itertools import islice
from urllib.parse import urlsplit

from worker.cleaning.draft import CleaningDraft
from worker.cleaning.label_lines import remove_labeled
from worker.document.block_tests import LABEL_CHARS, NOTHING_BUT_LINKS, is_link
from worker.document.blocks import Block
from worker.vocabulary.labels import load_labels

_MAX_CALL_CHARS = 180
"""Characters of the longest line that is a call; a longer one is prose and stays."""
_MAX_SHARE_LINK_WORDS = 2
"""Words of the name of a service ("Google Classroom"); a longer link has a title, and stays."""
_SHARES = re.compile(
    r"(?:https?:)?//(?:[\w-]+\.)*(?:"
    r"(?:twitter|x|bsky|threads)\.(?:com|app|net)/(?:intent/|share\b)"
    r"|facebook\.com/(?:shar(?:e|er)(?:\.php|/)|dialog/(?:share|feed|send))"
    r"|linkedin\.com/(?:shareArticle|sharing/|cws/share)|pinterest\.[a-z.]{2,6}/pin/create"
    r"|wa\.me/?\?|whatsapp\.com/send|(?:t|telegram)\.me/share|vk\.com/share|viber\.com/share"
    r"|ok\.ru/(?:offer|dk\?st\.cmd=addShare)|reddit\.com/(?:r/\w+/)?submit|getpocket\.com/(?:edit|save)"
    r"|b\.hatena\.ne\.jp/(?:entry|add|append)|line\.(?:me|naver\.jp)/(?:R/(?:msg|share)|lineit/share)"
    r"|weibo\.com/share|share\.naver\.com|band\.us/plugin/share|story\.kakao\.com/s(?:hare)?\b"
    r"|xing\.com/(?:spi/shares|social/share)|tumblr\.com/(?:share|widgets/share)"
    r"|flipboard\.com/bookmarklet|sharetomastodon\.github\.io)"
    r"|(?:whatsapp|viber|tg|fb-messenger|line)://|mailto:\?|sms:\?|javascript:(?:window\.)?print",
    re.IGNORECASE,
)
"""Addresses by which services share another one, and schemes that send it on; none is a page to read."""
_SHARE_PROGRAM = re.compile(
    r"(?:^|\s)(?:ya-share2?|yashare-auto-init|a2a_(?:kit|default_style)|addthis_\w+|sharedaddy|shariff"
    r"|addtoany_share_save_container|sharethis-\S+|st-share\S*|heateor_\w+|social-likes|jssocials"
    r"|shareaholic-\S+|at-share-\S+|et_social_\w+|swp_social_panel)(?:$|\s)"
)
"""Class names of programs that write rows to share a page by."""
_SHARE_LEVELS = 4
"""Elements outwards from a line that are asked for such a name."""
_JOINS = re.compile(
    r"(?:https?:)?//(?:www\.)?(?:whatsapp\.com/channel/|chat\.whatsapp\.com/\w|invite\.viber\.com"
    r"|(?:t|telegram)\.me/(?:joinchat/|s/)?[+\w]+/?$|line\.me/(?:R/)?ti/|lin\.ee/|pf\.kakao\.com/"
    r"|news\.google\.com/publications/|google\.\w+/preferences/source|discord\.(?:gg|com/invite)/"
    r"|max\.ru/[\w-]+/?$)",
    re.IGNORECASE,
)
"""Addresses of channels and groups to join, and of a site's page with a service to follow it by."""
_WORD = re.compile(r"\w+")
_MAX_PATH_PARTS = 3
"""Path parts of an address of the site's service; deeper ones are articles filed under such a word."""


def remove_newsletter_calls(draft: CleaningDraft) -> CleaningDraft:
    """Remove calls to subscribe that are whole lines; a sentence about a newsletter stays."""
    return remove_labeled(draft, "newsletter", "newsletter")


def remove_follow_calls(draft: CleaningDraft) -> CleaningDraft:
    """Remove calls to follow or to get the app that are whole lines; "police follow a car" stays.

    A short line that is a link, or a label with a colon and a link, goes by where it leads: to a channel or
    group to join. A sentence with such a link in it stays, and so does any item or heading.
    """
    draft = remove_labeled(draft, "follow", "follow")
    gone = [
        place
        for place, block in enumerate(draft.blocks)
        if block.hrefs
        and block.kind == "paragraph"
        and len(block.text) <= _MAX_CALL_CHARS
        and all(_JOINS.match(href.strip()) for href in block.hrefs)
        and (is_link(block) or _leads_link(block))
    ]
    return draft.remove_blocks(gone, "follow")


def _leads_link(block: Block) -> bool:
    """Return whether a line is a label that ends with a colon, and a link."""
    if len(block.pieces) < 2 or not block.pieces[0].endswith((":", "\uff1a")):  # noqa: PLR2004
        return False
    rest = "".join("".join(block.pieces[1:]).split())
    return block.linked * len(block.key) >= NOTHING_BUT_LINKS * len(rest)


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

    Such a word with a colon may be followed by links of a few words: "Share: Facebook, X". A short line of
    links goes by where they lead: to pages of services that share an address.
    """
    gone = [
        place
        for place, block in enumerate(draft.blocks)
        if len(block.text) <= LABEL_CHARS
        and block.kind not in ("cell", "code")
        and block.level == 0
        and (
            load_labels().is_label("share", block.text)
            or _leads_share_links(block)
            or _is_row_of_labels(block)
            or _shares_address(block)
            or _is_of_share_program(block)
        )
    ]
    return draft.remove_blocks(gone, "share")


def _is_row_of_labels(block: Block) -> bool:
    """Return whether a line is several elements or words, each of which is a share word by itself."""
    words = block.text.split()
    return any(
        len(parts) > 1 and all(load_labels().is_label("share", part) for part in parts)
        for parts in (block.pieces, words)
    )


def _is_of_share_program(block: Block) -> bool:
    """Return whether a line stands in a row that a known program writes to share a page by."""
    frames = islice(block.frame.up(), _SHARE_LEVELS) if block.frame else ()
    return any(_SHARE_PROGRAM.search(frame.element.get("class") or "") for frame in frames)


def _shares_address(block: Block) -> bool:
    """Return whether a line is links alone, all of them to where a service shares an address."""
    return bool(block.hrefs) and is_link(block) and all(_SHARES.match(href.strip()) for href in block.hrefs)


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
