"""Parses the text of an author field or byline into names of people."""

import re
from collections.abc import Iterator
from functools import lru_cache

from worker.document.block_tests import LABEL_CHARS, fold_text
from worker.document.blocks import normalize_line
from worker.metadata.date_parser import is_month
from worker.vocabulary.labels import load_labels

MAX_FIELD_CHARS = 2000
"""Characters of an author field that are read; what splits it costs the square of its length."""
_MIN_NAME_CHARS = 2
"""Characters of the shortest name, in scripts that need two for one."""
_MAX_NAME_WORDS = 6
"""Words of the longest name; a text of more is a sentence, or a list that was not parted."""
_MAX_WRITTEN_WORDS = 4
"""Words of a name behind "written by": fewer, as a sentence may follow."""
_LINK = re.compile(r"https?:|www\.", re.IGNORECASE)
_ADDRESS = re.compile(r"[<(\[]?\S*@\S+[>)\]]?")
_BRACKETS = re.compile(r"\s*[(\[（【].*?(?:[)\]）】]|$)")  # noqa: RUF001
_AS_SAID_TO = re.compile(r"^.*\bas told to\s+", re.IGNORECASE)
_SPLIT = re.compile(
    r"\s*(?:,|;|/|·|•|&|、|，|؛|،|；|\s(?:and|AND|And|with|und|et|y|og|och|та|ve|en|e|i|и|і|और|اور)\s)\s*"  # noqa: RUF001
)
_LEAD = re.compile(
    r"^(?:view all posts by|(?:post|article) author|文章作者|本文作者|"
    r"(?:written|words|reported|reviewed|story|posted|published|edited|report) by|by|"
    r"(?:ein\s+\S+\s+)?von|par|por|di|door|af|av|przez|autor(?:a|es|en|in|i)?|auteurs?|autore|author|автори?|"
    r"texte?|words|photos? by|écrit par|escrito por|scritto da|geschreven door|redakcja|"
    r"文|記者|记者|작성자|글)(?=[\s:：/／・＝]|$)[\s:：/／|・＝]*",  # noqa: RUF001
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"^(?:by|von|par|por|door|written by|words by|posted by|reported by|texte?\s*:|autor(?:a|in|en)?\s*:?|"
    r"auteur\s*:?|автор\s*:?|di)\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
_END = re.compile(
    r"\d|[•·|—–│]|\s-\s|\b(?:published|updated|posted|last updated|staff writer|veröffentlicht|aktualisiert|"  # noqa: RUF001
    r"publié|mis à jour|publicado|actualizado|pubblicato|am|on|le|at|in)\b(?=\s|:|$)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:authors?|written by|autor(?:in|en|a|es)?(?:\s*[/&]\s*autor(?:in|en|a|es)?)?|verfasser(?:in)?|"
    r"auteurs?|autore|автор|tác giả|作者|記者|记者|文|الكاتب)\s*[:：]?",  # noqa: RUF001
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"^(?:(?:chief|senior|deputy|vice|executive|managing)\s|head of\b|"
    r"(?:officer|director|president|professor|ceo|cto|cfo|founder)\b)|"
    r"\b(?:officer|director|president)$",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    r"^(?:the|die|das)\s|\d{2}|\b(?:staff|desk|editor(?:s|ial)?|team|newsroom|redaktion|redaction|"
    r"rédaction|redacción|redazione|redação|redakcja|редакция|редакція|admin|administrator|correspondents?|reporters?|"
    r"writers?|agenc(?:y|ies|e)|agencia|news|nachrichten|network|press|presse|media|magazine|online|times|post|guest|"
    r"contributors?|nachrichtenagentur|unknown|anonymous|sponsored|partner|webdesk|bureau|service|wire|university|institute|company|inc|"
    r"gmbh|ltd|llc|co|corporation|tv|radio|broadcasting|association|telegram|gazette|journal|tribune|herald|"
    r"newspaper|zeitung|verlag|author|autor|share|follow|subscribe|comments?|read|view|posts|min|minutes?)\b",
    re.IGNORECASE,
)
_DEGREES = frozenset(
    ("md", "phd", "rd", "rn", "mph", "ms", "ma", "jd", "cpa", "mba", "do", "dds", "esq", "dpt", "msc", "bsc")
)
_JUNIORS = frozenset(("jr", "sr", "ii", "iii", "iv"))
_FROM = re.compile(r"^(?:in|aus|from|à|en|a|at|für|for|nach|bei|de)\s", re.IGNORECASE)
_MIN_ORGANIZATION_CHARS = 3
"""Characters of the shortest organization's name, such as an agency's initials."""
_CMS = frozenset(
    (
        "admin",
        "administrator",
        "author",
        "editor",
        "user",
        "unknown",
        "anonymous",
        "guest",
        "root",
        "nachrichten",
        "news",
        "redaktion",
        "redaction",
        "redacción",
        "redacao",
        "staff",
        "newsdesk",
        "post",
    )
)


def parse_person_names(name: str) -> Iterator[str]:
    """Split an author field into people's names.

    Separators, roles in brackets and after "|", "By", degrees and e-mail addresses go; desks, organizations
    and addresses are no people and are left out.
    """
    whole = normalize_line(name[:MAX_FIELD_CHARS])
    if _LINK.search(whole):
        return
    whole = _AS_SAID_TO.sub("", _BRACKETS.sub(" ", _ADDRESS.sub(" ", whole)))
    whole = re.split(r"\s*[|｜]\s*", whole.strip(" |｜"))[0]  # noqa: RUF001
    for part in _split_parts(whole):
        person = _strip_part(part)
        if is_person(person) and not _FROM.match(person):
            yield person


def is_person(name: str) -> bool:
    """Return whether a text can be a person's name: letters, two to six words at most, no word of a house."""
    if not _MIN_NAME_CHARS <= len(name) <= LABEL_CHARS or len(name.split()) > _MAX_NAME_WORDS:
        return False
    if _NO_PERSON.search(name) or _ROLE.search(name) or is_month(name):
        return False
    return all(char.isalnum() for char in fold_text(name))


def parse_byline(text: str, *, led: bool = True) -> list[str]:
    """Cut the names out of a printed byline: "By Mara Ellison · November 1, 2026 · 2 min read".

    `led`: only a line that begins with "By" (or its like in other languages) and goes on with names in
    capitals or in a script without them, or one that is a writer's label and a name in a language of
    `worker/vocabulary`.
    """
    text = text[:MAX_FIELD_CHARS]
    found = _BYLINE.match(text)
    if led and not found:
        return _parse_written_by(text) or _parse_labeled(text)
    names = _END.split(text[found.end() :] if found else text, maxsplit=1)[0].strip()
    if not names or (led and not may_be_person_names(names)):
        return []
    return [names]


def _parse_written_by(text: str) -> list[str]:
    name = load_labels().find_writer(text) if len(text) <= LABEL_CHARS else ""
    words = name.split()
    if not words or len(words) > _MAX_WRITTEN_WORDS:
        return []
    cased = name.lower() != name.upper()
    return [name] if not cased or all(word[0].isupper() for word in words) else []


def _parse_labeled(text: str) -> list[str]:
    found = _compile_writer_labels().match(text)
    name = text[found.end() :].strip() if found and len(text) <= LABEL_CHARS else ""
    has_date = any(map(str.isdigit, name))
    return [name] if name and not has_date and may_be_person_names(name) else []


@lru_cache(maxsize=1)
def _compile_writer_labels() -> re.Pattern[str]:
    labels = "|".join(map(re.escape, load_labels().writer_labels))
    return re.compile(rf"(?:{labels})\s*[:：]\s*(?=[^\W\d_])", re.IGNORECASE)  # noqa: RUF001


def parse_organization(name: str) -> str | None:
    """Return the name of an agency or desk that stands as author; None for addresses and system users."""
    whole = normalize_line(name[:MAX_FIELD_CHARS])
    if _LINK.search(whole) or "@" in whole:
        return None
    body = _strip_part(_END.split(re.split(r"\s*[|｜]\s*", whole)[0], maxsplit=1)[0])  # noqa: RUF001
    key = fold_text(body)
    if (
        not _MIN_ORGANIZATION_CHARS <= len(body) <= LABEL_CHARS
        or key in _CMS
        or is_month(body)
        or not any(map(str.isalpha, key))
    ):
        return None
    return body if len(body.split()) <= _MAX_NAME_WORDS else None


def split_author_field(text: str) -> list[str]:
    """Split an author field into its parts, whatever they are."""
    parts = (_strip_part(part) for part in _SPLIT.split(normalize_line(text[:MAX_FIELD_CHARS])))
    return [part for part in parts if part]


def is_label(text: str) -> bool:
    """Return whether a text is a byline's label alone: "Author:", "Autorin/Autor"."""
    return _LABEL.fullmatch(text.strip()) is not None


def may_be_person_names(text: str) -> bool:
    """Return whether a text reads as names: each long word begins with a capital, or the script has none."""
    words = [word for word in re.split(r"[\s,]+", text) if len(word) > 3]  # noqa: PLR2004
    return bool(words) and len(text) <= 2 * LABEL_CHARS and all(not word[0].islower() for word in words)


def _split_parts(whole: str) -> list[str]:
    parts: list[str] = []
    for part in _SPLIT.split(whole):
        key = fold_text(part)
        if key in _JUNIORS and parts:
            parts[-1] = f"{parts[-1]}, {part.strip()}"
        elif key not in _DEGREES:
            parts.append(part)
    return parts


def _strip_part(part: str) -> str:
    return _LEAD.sub("", part.strip()).strip(" ,:;-–—·•*")  # noqa: RUF001
