"""Drops readers' comments from a page's tree.

They go by microdata, or by the name or heading of their container together with several signed or dated parts
in it; never from a page that is a discussion itself, or that has no text besides.
"""

import re
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from worker.document.attribute_inventory import PageNames, list_values
from worker.document.block_tests import LONG, is_as_long
from worker.document.long_paragraphs import list_long_paragraphs
from worker.document.tag_sets import MOST_CHECKED, MOST_NAME_CHARS

_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|commentaires?|comentarios?|coment[aá]rios?|commenti|kommentare?|komentarze?"
    r"|leserkommentare?|leserbriefe|reacties|reaktionen|reactions?-list|discussions?|diskussion|forum|foren|threads?|replies"
    r"|responses|talkback|disqus|yorumlar|opiniones)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?:^|[\s_-])(?:author|user|username|nick\w*|avatar|date|time|reply|replies|posted|byline)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SIGNED_LINK = re.compile(
    r"[?&#/](?:reply|reply-?to\w*|respond|users?|profiles?|members?|u|@)(?:[=/]|$)", re.IGNORECASE
)
"""Addresses that a comment leads to: its writer's page, the form for an answer."""
_WORDS = (
    *(
        "comment",
        "komment",
        "koment",
        "coment",
        "reactie",
        "reaktion",
        "reaction",
        "discuss",
        "diskuss",
        "forum",
    ),
    *("foren", "thread", "repl", "respons", "talkback", "leserbrief", "disqus", "yorum", "opinion"),
)
"""Parts of all names searched for."""
_ITEM_TYPE = re.compile(r"/(?:Comment|UserComments|Answer)$")
_DISCUSSION_TYPE = re.compile(r"/(?:DiscussionForumPosting|QAPage|Question)$")
_STANDARD = frozenset(
    [
        *("comments-area", "comment-list", "commentlist", "wp-block-comments", "wp-block-comment-template"),
        *("comments-list", "comment-section", "comments-section", "disqus_thread"),
    ]
)
"""Names of content systems for their readers' comments: with one of these a single comment is enough."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CONTAINERS = ("div", "section", "ol", "ul", "aside", "details")
_HEADED = re.compile(
    r"(?:\d+\s*)?(?:comments?|kommentare?|commentaires?|comentarios?|coment[aá]rios?|commenti|komentarze|reacties"
    r"|kommentarer|комментарии|коментарі|コメント|评论|評論|댓글|yorumlar|تعليقات)\s*[(:]?\s*\d*\)?",
    re.IGNORECASE,
)
_MAX_HEADING_CHARS = 40
"""Characters of the longest heading over comments; a longer one is a headline about them."""
_MIN_SIGNED_PARTS = 2
"""Signed or dated parts from which a container holds comments: one may be the article's byline."""


def drop_comments(tree: HtmlElement, named: PageNames) -> None:
    """Take out readers' comments, where the page has a text besides; in place."""
    body = tree.find("body")
    if body is None:
        return
    found = [*filter(_is_comments, _list_candidates(body, named)), *_find_headed_comments(body)]
    types = (each.get("itemtype") or "" for each in body.iter("div", "article", "main", "section"))
    if not found or any(map(_DISCUSSION_TYPE.search, types)):
        return
    marked = set(found)  # some are found both ways
    outer = [each for each in marked if not any(around in marked for around in each.iterancestors())]
    outside = list_long_paragraphs(body, marked)
    if outside and is_as_long(outside[0], LONG, sum(map(len, outside))):
        for element in outer:
            element.drop_tree()


def _list_candidates(body: HtmlElement, named: PageNames) -> list[HtmlElement]:
    """List the elements that may hold comments: by their names, or all where any has such a role or type."""
    if _has_comment_types(body):
        return list(body.iter(*_CONTAINERS, "article", "li"))
    return named.find_elements(frozenset(filter(_call_comments, named.find_names(_WORDS))), _CONTAINERS)


def _has_comment_types(body: HtmlElement) -> bool:
    """Return whether any element has the role or type of a comment."""
    return (
        "comment" in list_values(body, "role") | list_values(body, "itemprop")
        or next(filter(_ITEM_TYPE.search, list_values(body, "itemtype")), None) is not None
    )


def _is_comments(element: HtmlElement) -> bool:
    if element.get("itemprop") == "comment" or element.get("role") == "comment":
        return True
    kind = element.get("itemtype")
    if kind and _ITEM_TYPE.search(kind):
        return True
    names, identity = element.get("class"), element.get("id")
    if not ((names and _call_comments(names)) or (identity and _call_comments(identity))):
        return False
    if element.tag not in _CONTAINERS or next(element.iter("h1", "main"), None) is not None:
        return False
    parts = (each for each in islice(element.iter(), MOST_CHECKED) if isinstance(each.tag, str))
    standard = not _STANDARD.isdisjoint(f"{names or ''} {identity or ''}"[:MOST_NAME_CHARS].split())
    least = 1 if standard else _MIN_SIGNED_PARTS
    return len(list(islice(filter(_is_signature, parts), least))) == least


def _find_headed_comments(body: HtmlElement) -> list[HtmlElement]:
    """Find containers that a heading calls comments ("Comments (3)"), with signed or dated parts alike."""
    found = []
    asked: set[HtmlElement] = set()
    for heading in islice(body.iter("h2", "h3", "h4"), MOST_CHECKED):
        text = " ".join(heading.text_content().split())
        if len(text) > _MAX_HEADING_CHARS or not _HEADED.fullmatch(text):
            continue
        around = heading.getparent()
        if around is None or around.tag not in _CONTAINERS or around in asked:
            continue
        asked.add(around)  # what follows a later heading in it follows this one
        if next(around.iter("h1", "main"), None) is not None:
            continue
        parts = heading.itersiblings("div", "li", "article", "section")
        signed = sum(any(map(_is_signature, islice(part.iterdescendants(), 20))) for part in parts)
        if signed >= _MIN_SIGNED_PARTS:
            found.append(around)
    return found


@lru_cache(maxsize=4096)
def _call_comments(names: str) -> bool:
    lower = names[:MOST_NAME_CHARS].lower()
    if not any(word in lower for word in _WORDS):
        return False
    return _COMMENTS.search(_CAMEL.sub("-", names[:MOST_NAME_CHARS])) is not None


def _is_signature(element: HtmlElement) -> bool:
    names = _CAMEL.sub("-", (element.get("class") or "")[:MOST_NAME_CHARS])
    if element.tag == "time" or _SIGNED.search(names) is not None:
        return True
    address = (element.get("href") or "")[:MOST_NAME_CHARS] if element.tag == "a" else ""
    return bool(address) and _SIGNED_LINK.search(address) is not None
