"""Decides what a single block is by its length, script and links: paragraph, sentence, label. Pure."""

import re

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
