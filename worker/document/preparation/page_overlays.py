"""Drops what lies over a page or describes it: dialogs, offers of letters, placeholders, unseen labels.

Each goes by its markup: role, aria, the names of the known frameworks, or two kinds of names in one element.
Nothing goes that holds the headline or the only text of a page: a consent page is recognized as one later.
"""

import re
from collections.abc import Iterator
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.attribute_inventory import PageNames
from worker.document.block_tests import LABEL_CHARS, is_dense
from worker.document.page_trimming import MOST_ELEMENTS
from worker.document.tag_sets import MOST_NAME_CHARS, NEAR_LEVELS

_FRAMEWORKS = re.compile(
    r"^(?:onetrust-|ot-sdk|cybotcookiebot|didomi-|usercentrics|uc-banner|qc-cmp|sp_message|truste[-_]|trustarc|cookie-law-info"
    r"|cli-modal|cmplz-|borlabs|iubenda-cs|osano-cm|klaro|cc-window|cc_banner|tarteaucitron|axeptio|termly|cky-|moove_gdpr"
    r"|gdpr[-_]|cookie-?notice|cookie-?consent|cookie-?banner|cookie-?bar|cookie-?dialog|cookie-?popup|cookie-?modal|eu-?cookie"
    r"|fc-consent|cmpbox|cmp-(?:dialog|banner|modal|overlay|wrapper)|consent-|cookiefirst|ccm-|pum-cookie|wt-cli|avia-cookie|hs-eu-cookie|hu-cookie|privacy-?banner"
    r"|c-cookie|js-cookie|cmpwrapper|cookiereports|ccc$|[a-z]{2,}-cmp(?:$|-framework|-\d))",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"cookie|consent|gdpr|rgpd|dsgvo|lgpd|privacy|datenschutz|einwilligung|zustimmung|confidentialit|privacid",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"dialog|modal|banner|popup|pop-up|overlay|notice|notification|layer|bar(?:$|[^a-z])|box|wall|prompt|bottom-?sheet|alert|toast",
    re.IGNORECASE,
)
_COOKIE = re.compile(r"(?:^|[\s_-])(?:cookie|gdpr|rgpd|dsgvo|lgpd)", re.IGNORECASE)
_EMBED = re.compile(
    r"embed|video|youtube|vimeo|map|extern|third-?part|tweet|twitter|instagram|facebook|social|iframe|oembed",
    re.IGNORECASE,
)
_BLOCKED = re.compile(
    r"placeholder|consent|blocker|blocked|opt-?in|privacy|two-?click|2-?click|datenschutz|not-loaded",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"^(?:u-|is-|util-)?(?:sr-only|sronly|visually-?hidden(?:-focusable)?|hidden-visually|screen-?reader(?:-text|-only)?|screenreader|assistive-text"
    r"|a11y-(?:hidden|text)|offscreen|off-screen|element-invisible|reader-only)$",
    re.IGNORECASE,
)
_LETTER = re.compile(
    r"newsletter|nyhetsbrev|nyhedsbrev|nieuwsbrief|uutiskirje|h[ií]rlev[eé]l|e-?bult[eé]n|boletin|infolettre|rundbrief|rundschreiben"
    r"|sign-?up|subscri|mailing-?list|mailchimp|mc_embed",
    re.IGNORECASE,
)
"""Names of boxes that offer letters."""
_SKIP = re.compile(r"skip", re.IGNORECASE)
_NO_SCRIPT = re.compile(
    r"^(?:vjs-no-js|no-?js(?:-\w+)?|no-?script(?:-\w+)?|js-(?:disabled|required))$", re.IGNORECASE
)
"""Names of words for browsers that run no script."""
_BOXES = ("div", "section", "aside", "dialog", "form", "details", "footer", "header", "p", "figure")
_CONTROLS = ("button", "input", "a", "iframe", "script")
_FRAMEWORK, _ASKS, _DIALOG, _PLACEHOLDER, _UNSEEN_LABEL, _FOR_NO_SCRIPT = 1, 2, 4, 8, 16, 32
"""Marks of an element's names."""
_WORDS = (
    *("cookie", "consent", "gdpr", "rgpd", "dsgvo", "lgpd", "privac", "datenschutz", "einwilligung"),
    *("cookiereports", "ccc", "-cmp", "cmpwrapper", "zustimmung", "confidentialit", "onetrust", "ot-sdk"),
    *("cybot", "didomi", "usercentrics", "uc-banner", "qc-cmp", "sp_message", "truste", "trustarc"),
    *("cli-modal", "cmplz", "borlabs", "iubenda", "osano", "klaro", "cc-window", "cc_banner"),
    *("tarteaucitron", "axeptio", "termly", "cky-", "cmpbox", "cmp-", "ccm-", "wt-cli", "placeholder"),
    *("blocker", "blocked", "opt-in", "optin", "two-click", "twoclick", "2-click", "2click"),
    *("not-loaded", "sr-only", "sronly", "visually", "a11y-hidden", "screen-reader", "screenreader"),
    *("reader-only", "no-js", "nojs", "noscript", "no-script", "js-disabled", "js-required", "assistive"),
    *("a11y-text", "offscreen", "off-screen", "element-invisible"),
)
"""Parts of all names searched for; nearly all pages are without most of them."""
_DIALOGS = XPath("descendant::dialog | descendant::*[@role][@role='dialog' or @role='alertdialog']")
_NAMED = (*_BOXES, "span", "h2", "h3", "label", "a")
_KEPT = ("h1", "main", "article")
_MOST_UNSEEN_CHARS = 100
"""Characters up to which words for screen readers are a label; longer ones are a text."""
_MOST_PLACEHOLDER_CHARS = 900
"""Characters of the longest placeholder or cookie box; a longer one may hold text of the article."""
_MOST_OFFER_CHARS = 500
"""Characters of the longest offer of letters; a longer one may hold text of the article."""
_LEADING_LINKS = 4
"""Links from the top that may be skip links; further down links to parts are a table of contents."""
_MOST_INPUTS = 50
"""Fields of a page that are checked: bounds the cost."""
_MIN_OUTSIDE_CHARS = 25
"""Characters of a sentence outside of dialogs that a page must have; else a dialog's text is all it has."""
_MIN_CLOSED_CHARS = 10
"""As `_MIN_OUTSIDE_CHARS`, where a mark closes the sentence, and in Chinese, Japanese and Korean."""
_STOPS = (".", "!", "?", "。", "！", "？", "؟", "।", "۔")  # noqa: RUF001


def drop_overlays(tree: HtmlElement, named: PageNames) -> None:
    """Take out what lies over a page or describes it, where the page has other text; in place."""
    body = tree.find("body")
    if body is None:
        return
    _drop_skip_links(body)
    _drop_offers_of_letters(body)
    consents: list[HtmlElement] = []
    for element, marks in _list_marked(body, named):
        if element.getparent() is None:
            continue
        is_box = element.tag in _BOXES
        if is_box and _is_consent(element, marks):
            consents.append(element)
        elif (
            (marks & _UNSEEN_LABEL and _is_label(element))
            or (is_box and marks & _PLACEHOLDER and _is_placeholder(element))
            or (is_box and marks & _FOR_NO_SCRIPT and _is_notice(element))
        ):
            element.drop_tree()
    if consents and _says_more(body, consents):
        for element in consents:
            if element.getparent() is not None:
                element.drop_tree()


def _list_marked(body: HtmlElement, named: PageNames) -> list[tuple[HtmlElement, int]]:
    """List the elements whose role, id or class has one of the names searched for, with the marks of these.

    Most pages have no such name: their elements are not looked at.
    """
    marked = _mark_names(named)
    listed = [(each, _DIALOG) for each in _DIALOGS(body) if each.tag in _NAMED][:MOST_ELEMENTS]
    found: dict[str, list[HtmlElement]] = {}
    for element in named.find_elements(marked, _NAMED) if marked else ():
        for name in (element.get("class"), element.get("id")):
            if name in marked:
                found.setdefault(name, []).append(element)
    return listed + [(element, marked[name]) for name, elements in found.items() for element in elements]


def _mark_names(named: PageNames) -> dict[str, int]:
    """Return the names that have marks, with these."""
    worded = named.find_names(_WORDS)
    return {name: marks for name in worded if (marks := _mark(name[:MOST_NAME_CHARS]))}


def _mark(names: str) -> int:
    """Return the marks of an id or of class names."""
    parts = names.split()
    return (
        _FRAMEWORK * any(_FRAMEWORKS.match(name) for name in parts)
        | _ASKS * (_CONSENT.search(names) is not None)
        | _PLACEHOLDER * any(_BLOCKED.search(name) and _EMBED.search(name) for name in parts)
        | _FOR_NO_SCRIPT * any(_NO_SCRIPT.match(name) for name in parts)
        | _UNSEEN_LABEL * any(_UNSEEN.match(name) for name in parts)
    )


def _read_names(element: HtmlElement) -> str:
    return f"{element.get('id') or ''} {element.get('class') or ''}"[:MOST_NAME_CHARS].strip()


def _is_consent(element: HtmlElement, marks: int) -> bool:
    """Return whether an element asks for consent.

    By a framework's name; the role of a dialog and a name or label; or names of two kinds and a choice.
    """
    names = _read_names(element)
    is_dialog = bool(marks & _DIALOG) or element.get("aria-modal") == "true"
    if is_dialog:
        heading = next(element.iter("h1", "h2", "h3", "h4"), None)
        titled = "" if heading is None else heading.text_content()[:LABEL_CHARS]
        names += f" {(element.get('aria-label') or '')[:MOST_NAME_CHARS]} {titled}"
    asks = _CONSENT.search(names) is not None
    over = is_dialog or (asks and _is_over(element, names) and _is_asked_for(element))
    return (bool(marks & _FRAMEWORK) or (asks and over)) and next(element.iter(*_KEPT), None) is None


def _is_over(element: HtmlElement, names: str) -> bool:
    """Return whether an element lies over the page: by a name, or as a short box at the end of the body."""
    if _OVER.search(names):
        return True
    around = element.getparent()
    return (
        around is not None
        and around.tag == "body"
        and len(element.text_content()) <= _MOST_PLACEHOLDER_CHARS
        and _COOKIE.search(names) is not None
    )


def _is_asked_for(element: HtmlElement) -> bool:
    """Return whether an element has a choice to make and stands outside the article."""
    within = any(each.tag == "article" for each in element.iterancestors())
    return not within and next(element.iter("button", "input"), None) is not None


def _is_placeholder(element: HtmlElement) -> bool:
    """Return whether an element named so stands in for something embedded that waits for consent."""
    return (
        next(element.iter(*_CONTROLS), None) is not None
        and next(element.iter(*_KEPT), None) is None
        and len(element.text_content()) <= _MOST_PLACEHOLDER_CHARS
    )


def _is_notice(element: HtmlElement) -> bool:
    """Return whether an element named for browsers without scripts speaks of these, and is short."""
    text = element.text_content()
    return len(text) <= _MOST_OFFER_CHARS and "javascript" in text.lower()


def _is_label(element: HtmlElement) -> bool:
    """Return whether an element that a browser does not show is a label for screen readers."""
    if element.tag in ("h1", "body") or next(element.iterancestors("h1"), None) is not None:
        return False
    return len(element.text_content()) <= _MOST_UNSEEN_CHARS and next(element.iter("h1"), None) is None


def _drop_skip_links(body: HtmlElement) -> None:
    """Drop links at the top of a page that lead to a part of it, named or placed as skip links are."""
    for link in list(islice(body.iter("a"), _LEADING_LINKS)):
        if not (link.get("href") or "").startswith("#"):
            continue
        holder = link.getparent()
        first = holder is body and next(iter(body), None) is link
        names = f"{_read_names(link)} {_read_names(holder)}"
        if first or _SKIP.search(names) or _SKIP.search((link.get("href") or "")[:40]):
            link.drop_tree()


def _drop_offers_of_letters(body: HtmlElement) -> None:
    """Drop the boxes named after letters that ask for a mail address, with their own words."""
    for field in list(islice(body.iter("input"), _MOST_INPUTS)):
        if (field.get("type") or "").lower() != "email":
            continue
        for around in islice(field.iterancestors(*_BOXES), NEAR_LEVELS):
            names = _LETTER.search(_read_names(around))
            if names and _is_offer(around) and _says_more(body, [around]):
                around.drop_tree()
                break


def _is_offer(element: HtmlElement) -> bool:
    """Return whether an element is short enough for an offer, and no part of a page that holds its text."""
    if element.getparent() is None:  # it went with another field
        return False
    return len(element.text_content()) <= _MOST_OFFER_CHARS and next(element.iter(*_KEPT), None) is None


def _says_more(body: HtmlElement, dialogs: list[HtmlElement]) -> bool:
    """Return whether a page has a sentence outside these elements and its menus."""
    return any(map(_is_said, _list_texts(body, frozenset(dialogs))))


def _is_said(text: str) -> bool:
    if len(text) < _MIN_OUTSIDE_CHARS:
        return len(text) >= _MIN_CLOSED_CHARS and (text.endswith(_STOPS) or is_dense(text))
    return True


def _list_texts(element: HtmlElement, passed: frozenset[HtmlElement]) -> Iterator[str]:
    todo = [element]
    while todo:
        each = todo.pop()
        if (
            each in passed
            or not isinstance(each.tag, str)
            or each.tag in ("nav", "header", "footer", "script", "style", "a", "noscript")
        ):
            continue
        if each.tag not in ("h1", "h2"):
            yield " ".join((each.text or "").split())
            yield from (" ".join((child.tail or "").split()) for child in each)
        todo.extend(each)
