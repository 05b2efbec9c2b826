"""Writes formulas as text in their sentence: alternative text, TeX or characters (MathML Core)."""

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from worker.document.inline_context import replace_by_text
from worker.document.tag_sets import BLOCK_TAGS, NEAR_LEVELS

_DISPLAY_STYLE = re.compile(r"^\{\s*\\(?:display|text)style\s*(.*)\}$", re.DOTALL)
_TEX_MARKED = re.compile(r"\$[^$]+\$|\\\(.+\\\)", re.DOTALL)
_TEX_SCRIPT = "math/tex"
_FORMULA_CLASSES = frozenset(
    (
        "latex",
        "tex",
        "math",
        "mwe-math-fallback-image-inline",
        "mwe-math-fallback-image-display",
        "ql-img-inline-formula",
    )
)
"""Classes of images that show a formula: WordPress, MediaWiki, QuickLaTeX."""
_ANNOTATIONS = frozenset(("annotation", "annotation-xml"))
_FORMS = {
    ("mfrac", 2): "{2}/{3}",
    ("msup", 2): "{0}^{3}",
    ("msub", 2): "{0}_{3}",
    ("msubsup", 3): "{0}_{4}^{5}",
    ("munderover", 3): "{0}_{4}^{5}",
    ("mroot", 2): "{1}√{2}",
}
"""Of elements and the number of their parts, the form: parts as they are, then in brackets where needed."""
_TIGHT = re.compile(r"[\w.()\[\]√|]+")


def write_formulas(tree: HtmlElement) -> None:
    """Replace each formula by one text, with the visual copies of it that renderers add."""
    for math in list(tree.iter("math")):
        if math.getparent() is None:
            continue  # went with the copy round it
        written = _read_formula(math)
        if written:
            replace_by_text(_find_wrapper(math), written)
    for image in list(tree.iter("img")):
        alternative = (image.get("alt") or "").strip()
        if alternative and (
            _is_tex(alternative) or not _FORMULA_CLASSES.isdisjoint((image.get("class") or "").split())
        ):
            replace_by_text(image, _clean_tex(alternative))


def show_formula_sources(tree: HtmlElement) -> None:
    """Show the TeX of formulas that a script would set (MathJax 2), before scripts are taken out."""
    for script in list(tree.iter("script")):
        if (script.get("type") or "").lower().startswith(_TEX_SCRIPT):
            _write_script(script)


def _read_formula(math: HtmlElement) -> str:
    told = (math.get("alttext") or "").strip()
    if not told:
        told = next(
            (
                (note.text or "").strip()
                for note in math.iter("annotation")
                if "tex" in (note.get("encoding") or "").lower()
            ),
            "",
        )
    return _clean_tex(told) if told else _write_mathml(math).strip()


def _is_tex(alternative: str) -> bool:
    """Return whether an image's alternative text is TeX in its marks: dollar signs, bracketed backslashes."""
    return _TEX_MARKED.fullmatch(alternative) is not None


def _clean_tex(tex: str) -> str:
    tex = tex.strip("$").removeprefix("\\(").removesuffix("\\)").strip()
    found = _DISPLAY_STYLE.match(tex)
    return " ".join((found[1] if found else tex).split())


def _find_wrapper(math: HtmlElement) -> HtmlElement:
    """Find the outermost inline element that shows nothing but this formula."""
    wrapper = math
    for _ in range(NEAR_LEVELS):
        around = wrapper.getparent()
        if around is None or around.tag in BLOCK_TAGS or not _shows_only(around, wrapper):
            return wrapper
        wrapper = around
    return wrapper


def _shows_only(around: HtmlElement, part: HtmlElement) -> bool:
    if (around.text or "").strip() or (part.tail or "").strip():
        return False
    return all(
        child is part
        or (
            not (child.tail or "").strip()
            and (
                child.get("aria-hidden") == "true"
                or child.tag == "script"
                or not "".join(child.itertext()).strip()
            )
        )
        for child in around
    )


def _write_script(script: HtmlElement) -> None:
    """Show the source of a formula that a script would set, where nothing else shows it."""
    shown = script.getprevious()
    if shown is not None and not (shown.tail or "").strip() and "".join(shown.itertext()).strip():
        if "preview" not in (shown.get("class") or "").lower():
            return
        replace_by_text(shown, "")
    replace_by_text(script, _clean_tex(script.text or ""))


def _write_mathml(element: HtmlElement) -> str:
    """Write presentation MathML in one line; depth is bounded by that of the tree."""
    tag = element.tag
    if tag in _ANNOTATIONS:
        return ""
    parts = [_write_mathml(child) for child in element if isinstance(child.tag, str)]
    if (form := _FORMS.get((tag, len(parts)))) is not None:
        return form.format(*parts, *map(_bracket, parts))
    if tag == "msqrt":
        return f"√{_bracket(_join_words(parts))}"
    if tag in ("mtr", "mtable"):
        return (" " if tag == "mtr" else "; ").join(parts)
    return " ".join((element.text or "").split()) + _join_words(parts)


def _join_words(parts: Iterable[str]) -> str:
    """Join parts; two words of letters stay two."""
    written = ""
    for part in parts:
        gap = " " if written[-2:].isalpha() and part[:2].isalpha() and len(part) > 1 else ""
        written += gap + part
    return written


def _bracket(part: str) -> str:
    return part if _TIGHT.fullmatch(part) else f"({part})"
