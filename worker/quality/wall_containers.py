"""Reads what the elements round a page's text tell of walls: classes, ids, a form to search by. Pure."""

# ruff: noqa: E501  patterns read better a kind each

import re
from collections.abc import Callable
from functools import partial
from itertools import islice

from lxml.html import HtmlElement

from worker.document.blocks import MAX_NAMES_CHARS, Block, read_class_words

_MAX_FRAMES = 12
"""Elements outward from a line whose classes are read: a wall's container is near, the page's root far."""
_MAX_FIELDS = 20
"""Fields and forms of an element that are checked: bounds the cost."""
_WHOLE = frozenset(("body", "html"))
MARKS: dict[str, re.Pattern[str]] = {
    "missing": re.compile(r" (?:error ?404|404 (?:page|error|not)|page ?404|system 404|(?:page )?not ?found|notfound|no results) "),
    "challenge": re.compile(r" (?:captcha|px captcha|cf challenge|challenge (?:form|page|running|stage)|cf turnstile|bot ?check) "),
    "blocked": re.compile(r" (?:cf error details|cf wrapper|block(?:ed)? page|access denied|error ?403|forbidden) "),
    "error": re.compile(r" (?:error (?:page|container|wrapper|template|message|code)|error ?5\d\d|wp die message|server error|errorpage) "),
    "maintenance": re.compile(r" (?:(?:in |site )?maintenance(?: mode| page)?|mm wrapper|coming soon|under construction) "),
    "consent": re.compile(
        r" (?:onetrust|ot sdk|sp message|cmp (?:banner|box|consent|dialog|layer|message|modal|overlay|popup|ui|wall)|cmpbox|didomi|usercentrics|cookiebot|cybot\w*|qc cmp2?|truste|trustarc|consent|cookie (?:consent|banner|notice|wall|law|bar)"
        r"|fc consent|borlabs|klaro|tarteaucitron|iubenda|complianz|cmplz|cookiefirst|axeptio|cookieconsent|gdpr|tcf) "
    ),
    "login": re.compile(r" (?:login|loginform|log in|sign ?in|signin form|kc form|login pf|auth) "),
    "paywall": re.compile(
        r" (?:paywall\w*|pay wall|regwall|piano|tp (?:container|modal|offer)|zephr|poool|leaky|metered|meter (?:wall|gate)|gate|gated|subscri(?:be|ption|ber)s? (?:wall|gate|cta|box|only|offer|prompt|required)"
        r"|premium (?:gate|wall|teaser|offer|content|box)|offer (?:teaser|box)|abo (?:teaser|box|offer|wall)|plus (?:teaser|gate)|wall|content (?:gate|lock|locked)|locked|members? only|tinypass|fewcents|blendle|laterpay|steady paywall) "
    ),
}  # fmt: skip
"""Words of classes and ids, as `read_class_words` gives them, of what holds a wall of each kind."""


def find_container_marks(holding: list[Block], tree: HtmlElement) -> frozenset[str]:
    """Return the kinds that the classes of the page's body name, or of what holds most of these lines."""
    body = tree.find(".//body")
    around = "".join(read_class_words(element) for element in (tree, body) if element is not None)
    return frozenset(
        kind
        for kind, pattern in MARKS.items()
        if pattern.search(around) or holds_most(holding, partial(has_class, pattern=pattern))
    )


def list_marks_of(block: Block) -> frozenset[str]:
    """Return the kinds that the classes round one line name."""
    return frozenset(kind for kind, pattern in MARKS.items() if has_class(block, pattern))


def has_class(block: Block, pattern: re.Pattern[str]) -> bool:
    """Return whether the class and id words of what a line stands in, some frames out, match."""
    frames = islice(block.frame.up(), _MAX_FRAMES) if block.frame else ()
    return pattern.search("".join(frame.words for frame in frames)[:MAX_NAMES_CHARS]) is not None


def holds_most(blocks: list[Block], test: Callable[[Block], bool]) -> bool:
    """Return whether lines that pass a test have most of the characters."""
    return sum(len(one.text) for one in blocks if test(one)) * 2 > sum(len(one.text) for one in blocks)


def offers_search(holding: list[Block]) -> bool:
    """Return whether a form to search by stands right beside the text's lines."""
    frames = {
        block.frame.parent.number: block.frame.parent
        for block in holding
        if block.frame and block.frame.parent
    }
    return any(
        field.get("type") == "search" or field.get("role") == "search" or field.get("name") in ("s", "q")
        for frame in frames.values()
        if frame.tag not in _WHOLE
        for field in islice(frame.element.iter("input", "form", "search"), _MAX_FIELDS)
    )
