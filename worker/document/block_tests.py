"""Decides what blocks are by length, script and links: paragraph, sentence, label, list of sources. Pure."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from worker.document.blocks import Block

_DENSE = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")
_WORDS = re.compile(r"[^\W_]+")
_NO_WORD_BYTES = bytes(code for code in range(128) if not chr(code).isalnum())
"""ASCII that is neither letter nor digit."""
_CLOSED = re.compile(r"[.!?…。！？।۔؟։።။។:][\"'”’»」)\]]*$")  # noqa: RUF001
DENSE_TIMES = 2.5
"""How many characters of other scripts one of a dense script stands for."""
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Letters of Thai, Lao, Burmese and Khmer: no spaces between words, and often no mark ends a sentence."""
_UNSPACED_CHARS = 5
"""Characters of such a script that a word has."""
SENTENCE_WORDS = 8
"""Words from which a line that is closed like a sentence is taken for one."""
NOTHING_BUT_LINKS = 0.85
"""Share of a block in links above which it is nothing else; signs may stand around them."""
LINKED = 0.5
"""Share of a block in links from which it is a pointer elsewhere, and no text."""
RUNNING_WORDS = 12
"""Words from which a line is running text; twice as many characters where a script needs few."""
LONG = 140
"""Characters from which a block without links is a paragraph of the article; half of it are a sentence."""
ARTICLE_CHARS = 250
"""Characters from which a text may be a whole article; a shorter one is a note or a description."""
LABEL_CHARS = 60
"""Characters of the longest label, name or date line; a longer one says something by itself."""
_MAX_HEAD_CHARS = 160
"""Characters of the longest line over a list; a longer one is a sentence of its own."""
_WEIGHT = 40
"""Letters from which a block is more than a label, a name or a date."""
_ADDRESSES = ("mailto:", "tel:")
_SERVICES = (
    *("facebook.com", "twitter.com", "x.com", "instagram.com", "youtube.com", "linkedin.com", "t.me"),
    *("telegram.me", "whatsapp.com", "wa.me", "tiktok.com", "pinterest.com", "threads.net", "bsky.app"),
    *("vk.com", "ok.ru", "weibo.com", "line.me", "reddit.com", "flipboard.com", "news.google.com"),
    *("play.google.com", "apps.apple.com", "itunes.apple.com", "podcasts.apple.com", "open.spotify.com"),
)
"""Hosts where sites have channels and programs: links to nothing but these are a row of the page."""


def is_paragraph(block: Block) -> bool:
    """Return whether a block is a paragraph of running text: long, or a sentence, and not a link."""
    size = len(block.key)
    if size * DENSE_TIMES < LONG or block.linked >= LINKED:
        return False
    return size >= LONG or is_dense(block.text)


def is_long(block: Block) -> bool:
    """Return whether a block is as long as a sentence of an article: 70 characters, 28 in a dense script."""
    return is_long_text(block.text)


def has_weight(block: Block) -> bool:
    """Return whether a block is more than a label: 40 letters, 16 in a dense script."""
    return is_as_long(block.text, _WEIGHT, len(block.key))


def is_link(block: Block) -> bool:
    """Return whether a block is nothing but links."""
    return block.linked > NOTHING_BUT_LINKS


def is_dense(text: str) -> bool:
    """Return whether a text is written in a script that needs few characters (Chinese, Japanese, Korean)."""
    return not text.isascii() and _DENSE.search(text, 0, 40) is not None


def is_long_text(text: str, size: int | None = None) -> bool:
    """Return whether a text, or `size` characters of its kind, are as long as a sentence of an article."""
    return is_as_long(text, LONG / 2, size)


def is_as_long(text: str, least: float, size: int | None = None) -> bool:
    """Return whether a text (or `size` characters of its script) has the length of `least` of an alphabet."""
    size = len(text) if size is None else size
    return size >= least or (size * DENSE_TIMES >= least and is_dense(text))


def is_sentence(block: Block, words: int = SENTENCE_WORDS) -> bool:
    """Return whether a block is closed like a sentence and has so many words, or twice the characters."""
    if block.level:
        return False
    if _UNSPACED.search(block.text, 0, 40) is not None:
        return len(block.text) >= words * _UNSPACED_CHARS
    if _CLOSED.search(block.text, max(0, len(block.text) - 4)) is None:
        return False
    return len(block.text.split()) >= words or (is_dense(block.text) and len(block.text) >= words * 2)


def may_head_list(block: Block) -> bool:
    """Return whether a line may head a list: a heading, a short line in bold, one that ends with a colon."""
    if (
        block.kind == "item"
        or block.linked >= LINKED
        or block.level == 1
        or len(block.text) > _MAX_HEAD_CHARS
    ):
        return False
    is_bold = block.strong > LINKED and len(block.text) <= LABEL_CHARS
    return block.level > 1 or is_bold or block.text.endswith((":", "："))  # noqa: RUF001


def fold_text(text: str) -> str:
    """Fold a title or line to letters and digits, case aside."""
    folded = text.casefold()
    if folded.isascii():
        return folded.encode().translate(None, _NO_WORD_BYTES).decode()
    return "".join(_WORDS.findall(folded))


def heads_caption(block: Block, under: Block) -> bool:
    """Return whether a block is a heading in a figure, right over the figure's caption."""
    figure = block.frame.parent if block.frame and block.level > 1 else None
    return (
        figure is not None
        and figure.tag == "figure"
        and under.frame is not None
        and under.frame.within("figcaption")
        and any(frame is figure for frame in under.frame.up())
    )


def lead_elsewhere(lines: Iterable[Block], host: str) -> bool:
    """Return whether all links of these lines lead to other hosts than the page's, and to more than services.

    Links within the page ("#note-1") do not count. Lines that are mostly bare addresses say nothing.
    """
    lines = tuple(lines)
    if sum("://" in block.text.split(" ", 1)[0] for block in lines) * 2 > len(lines):
        return False
    site = host.removeprefix("www.")
    leads = [_read_host(href) for block in lines for href in block.hrefs if not href.startswith("#")]
    return (
        bool(site and leads)
        and all(lead and not _is_of_site(lead, site) for lead in leads)
        and not all(any(_is_of_site(lead, service) for service in _SERVICES) for lead in leads)
    )


def names_address(block: Block) -> bool:
    """Return whether a line has links, all of them to an address to write to or a number to call."""
    return bool(block.hrefs) and all(href.strip().lower().startswith(_ADDRESSES) for href in block.hrefs)


def _is_of_site(host: str, site: str) -> bool:
    """Return whether a host is a site's, or one below it."""
    return host == site or host.endswith(f".{site}")


def _read_host(href: str) -> str:
    """Read the host that an address names; empty where it names none."""
    try:
        return urlsplit(href).netloc.lower() if "//" in href[:8] else ""
    except ValueError:
        return ""
