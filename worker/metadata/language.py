"""The language of a page."""

import re

from worker.metadata.head_tags import PageHead

_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_NO_LANGUAGE = frozenset(("und", "mul", "zxx", "mis", "xx"))
_ENOUGH = 8
_SCRIPTS = (
    # Those that tell one language from others of its script come first.
    ("ja", re.compile(r"[\u3041-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ur", re.compile(r"[ٹڈڑںےھہ]")),
    ("fa", re.compile(r"[پچژگ]")),
    ("ar", re.compile(r"[\u0620-\u064a]")),
    ("he", re.compile(r"[\u05d0-\u05ea]")),
    ("hi", re.compile(r"[\u0905-\u0939]")),
    ("bn", re.compile(r"[\u0985-\u09b9]")),
    ("ta", re.compile(r"[\u0b85-\u0bb9]")),
    ("th", re.compile(r"[\u0e01-\u0e2e]")),
    ("el", re.compile(r"[\u03b1-\u03c9]")),
    ("ka", re.compile(r"[\u10d0-\u10f0]")),
    ("hy", re.compile(r"[\u0561-\u0586]")),
    ("uk", re.compile(r"[іїєґІЇЄҐ]")),
    ("ru", re.compile(r"[ыэёЫЭЁ]")),
)
_LETTER = re.compile(r"[^\W\d_]")


def read_lang(head: PageHead) -> str | None:
    """Give the language as two or three letters, lower case.

    `<html lang>`; og:locale and metas; JSON-LD; the feed; the script of title and description, where that
    tells a language.
    """
    root = head.tree.getroottree().getroot()
    jsonld_lang = head.jsonld.get("inLanguage")
    jsonld_lang = jsonld_lang.get("alternateName") if isinstance(jsonld_lang, dict) else jsonld_lang
    for value in (
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
        head.first("og:locale", "content-language", "dc.language", "language"),
        jsonld_lang if isinstance(jsonld_lang, str) else None,
        head.entry.lang if head.entry else None,
    ):
        if value and _CODE.fullmatch(value.strip()):
            code = re.split("[-_]", value.strip().lower())[0]
            if code not in _NO_LANGUAGE:
                return code
    return _by_script(f"{head.window} {head.first('description', 'og:description') or ''}")


def _by_script(text: str) -> str | None:
    """Tell the language by letters that no other language of weight shares; None for Latin script."""
    letters = [char for char in text if _LETTER.match(char)]
    foreign = [char for char in letters if char > "\u0370"]
    if len(foreign) < _ENOUGH or len(foreign) * 2 < len(letters):
        return None
    joined = "".join(foreign)
    return next((lang for lang, script in _SCRIPTS if script.search(joined)), None)
