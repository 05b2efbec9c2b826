# ruff: noqa: RUF001 - the marks are what this is about
"""Writes the quotation marks that a browser prints round `q` (Unicode CLDR 46, "delimiters")."""

from lxml.html import HtmlElement

from worker.document.inline_context import make_bare_span

_ENGLISH = "“”‘’"
_GERMAN = "„“‚‘"
_FRENCH = "«»“”"
_ANGLED = "«»„“"
_CORNERED = "「」『』"
_MARKS = {
    **dict.fromkeys(("de", "cs", "sk", "sl", "lt", "is", "hsb", "lb", "mk", "et", "bg", "ka"), _GERMAN),
    **dict.fromkeys(
        ("es", "it", "pt-pt", "ca", "gl", "eu", "el", "hy", "fa", "no", "nb", "nn", "sq"), _FRENCH
    ),
    **dict.fromkeys(("ru", "uk", "be", "kk"), _ANGLED),
    **dict.fromkeys(("ja", "zh-hant", "zh-tw", "zh-hk"), _CORNERED),
    **dict.fromkeys(("pl", "ro", "hr", "bs"), "„”«»"),
    **dict.fromkeys(("hu",), "„”»«"),
    **dict.fromkeys(("sr",), "„”‘’"),
    **dict.fromkeys(("sv", "fi", "he"), "””’’"),
    **dict.fromkeys(("da",), "“”‘’"),
    **dict.fromkeys(("nl",), "‘’“”"),
    "fr": "«»«»",
    "de-ch": "«»‹›",
    "ar": "”“’‘",
}
"""Of languages, by the lower-case tag or its first part, the outer and inner marks."""
_SPACED = frozenset(("fr",))
_ANY = frozenset("“”‘’„‚«»‹›「」『』\"'")


def write_quotation_marks(tree: HtmlElement) -> None:
    """Make spans of `q` with the marks of the language round their words; own marks are not doubled."""
    quotations = list(tree.iter("q"))
    depths: dict[HtmlElement, int] = {}
    for element in quotations:
        depths[element] = depth = _find_depth(element, depths)
        text = "".join(element.itertext()).strip()
        if not text or (text[0] in _ANY and text[-1] in _ANY):
            continue
        language = _find_language(element)
        marks = _MARKS.get(language) or _MARKS.get(language.partition("-")[0]) or _ENGLISH
        opening, closing = marks[2 * (depth % 2)], marks[2 * (depth % 2) + 1]
        if language.partition("-")[0] in _SPACED:
            opening, closing = f"{opening}\xa0", f"\xa0{closing}"
        element.text = opening + (element.text or "").lstrip()
        if len(element):
            element[-1].tail = (element[-1].tail or "").rstrip() + closing
        else:
            element.text = element.text.rstrip() + closing
    for element in quotations:
        make_bare_span(element)


def _find_depth(element: HtmlElement, depths: dict[HtmlElement, int]) -> int:
    around = next(element.iterancestors("q"), None)
    return 0 if around is None else depths.get(around, 0) + 1


def _find_language(element: HtmlElement) -> str:
    while element is not None:
        if language := element.get("lang") or element.get("xml:lang"):
            return str(language).strip().lower().replace("_", "-")
        element = element.getparent()
    return "en"
