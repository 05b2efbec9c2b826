"""Drops what others wrote under an article: readers' comments, and the next posts of an endless page.

Comments go by microdata, or by a name of their container together with several signed or dated parts in it.
Other posts go where one article is the page's own, by its headline or address, and the others lead elsewhere.
Neither goes from a page that is a discussion itself, or that has no text besides.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.block_tests import fold_text, is_dense
from worker.document.html_elements import HEADING_TAGS

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
_BARE_LINES = XPath(
    "descendant::text()[string-length() >= 25 and not(ancestor::a or parent::script or parent::style)]"
)
_MOST_BARE_LINES = 200
"""Lines without a paragraph that are read: enough to show that a page has a text."""
_STANDARD = frozenset(
    [
        *("comments-area", "comment-list", "commentlist", "wp-block-comments", "wp-block-comment-template"),
        *("comments-list", "comment-section", "comments-section", "disqus_thread"),
    ]
)
"""Names of content systems for their readers' comments: with one of these a single comment is enough."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CONTAINERS = ("div", "section", "ol", "ul", "aside", "details")
_ADDRESSES = (
    "data-url",
    "data-href",
    "data-permalink",
    "data-canonical",
    "data-article-url",
    "itemid",
    "cite",
)
_HEADED = re.compile(
    r"(?:\d+\s*)?(?:comments?|kommentare?|commentaires?|comentarios?|coment[aá]rios?|commenti|komentarze|reacties"
    r"|kommentarer|комментарии|коментарі|コメント|评论|評論|댓글|yorumlar|تعليقات)\s*[(:]?\s*\d*\)?",
    re.IGNORECASE,
)
_MAX_HEADING_CHARS = 40
"""Characters of the longest heading over comments; a longer one is a headline about them."""
_MIN_SIGNED_PARTS = 2
"""Signed or dated parts from which a container holds comments or posts: one may be the article's byline."""
_MIN_TEXT_FACTOR = 2
"""Factor by which the text around must exceed such entries; else they may be the article itself."""
_MIN_OUTSIDE_CHARS = 150
"""Characters of paragraphs that a page must have besides comments; with fewer these may be its text."""
_MIN_DENSE_OUTSIDE_CHARS = 60
"""As `_MIN_OUTSIDE_CHARS`, in Chinese, Japanese and Korean."""
_MIN_PARAGRAPH_CHARS = 60
"""Characters from which a text counts as a paragraph of those."""
_MIN_DENSE_PARAGRAPH_CHARS = 25
"""As `_MIN_PARAGRAPH_CHARS`, in Chinese, Japanese and Korean."""
_MOST_PARTS = 300
"""Elements of a container in which signatures are searched for: bounds the cost."""
_MOST_ARTICLES = 60
"""`article` elements and headings of a page that are checked, for the same bound."""
_MAX_NAME_CHARS = 300
"""Characters of a class, id or address that are searched, for the same bound."""


def drop_comments(tree: HtmlElement) -> None:
    """Take out readers' comments, where the page has a text besides; in place."""
    body = tree.find("body")
    if body is None:
        return
    found = [element for element in body.iter(*_CONTAINERS, "article", "li") if _is_comments(element)]
    found += _find_headed_comments(body)
    types = (each.get("itemtype") or "" for each in body.iter("div", "article", "main", "section"))
    if not found or any(map(_DISCUSSION_TYPE.search, types)):
        return
    marked = set(found)  # some are found both ways
    outer = [each for each in marked if not any(around in marked for around in each.iterancestors())]
    outside = _list_paragraphs(body, marked)
    size = sum(map(len, outside))
    if size >= (_MIN_DENSE_OUTSIDE_CHARS if outside and is_dense(outside[0]) else _MIN_OUTSIDE_CHARS):
        for element in outer:
            element.drop_tree()


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
    parts = (each for each in islice(element.iter(), _MOST_PARTS) if isinstance(each.tag, str))
    standard = not _STANDARD.isdisjoint(f"{names or ''} {identity or ''}"[:_MAX_NAME_CHARS].split())
    least = 1 if standard else _MIN_SIGNED_PARTS
    return len(list(islice(filter(_is_signature, parts), least))) == least


def _find_headed_comments(body: HtmlElement) -> list[HtmlElement]:
    """Find containers that a heading calls comments ("Comments (3)"), with signed or dated parts alike."""
    found = []
    for heading in islice(body.iter("h2", "h3", "h4"), _MOST_ARTICLES):
        text = " ".join(heading.text_content().split())
        if len(text) > _MAX_HEADING_CHARS or not _HEADED.fullmatch(text):
            continue
        around = heading.getparent()
        if around is None or around.tag not in _CONTAINERS:
            continue
        if next(around.iter("h1", "main"), None) is not None:
            continue
        parts = heading.itersiblings("div", "li", "article", "section")
        signed = sum(any(map(_is_signature, islice(part.iterdescendants(), 20))) for part in parts)
        if signed >= _MIN_SIGNED_PARTS:
            found.append(around)
    return found


@lru_cache(maxsize=4096)
def _call_comments(names: str) -> bool:
    lower = names[:_MAX_NAME_CHARS].lower()
    if not any(word in lower for word in _WORDS):
        return False
    return _COMMENTS.search(_CAMEL.sub("-", names[:_MAX_NAME_CHARS])) is not None


def _is_signature(element: HtmlElement) -> bool:
    names = _CAMEL.sub("-", (element.get("class") or "")[:_MAX_NAME_CHARS])
    if element.tag == "time" or _SIGNED.search(names) is not None:
        return True
    address = (element.get("href") or "")[:_MAX_NAME_CHARS] if element.tag == "a" else ""
    return bool(address) and _SIGNED_LINK.search(address) is not None


def _list_paragraphs(body: HtmlElement, passed: set[HtmlElement]) -> list[str]:
    found = []
    for element in body.iter("p"):
        if not any(around in passed for around in element.iterancestors()):
            text = " ".join(element.text_content().split())
            if len(text) >= (_MIN_DENSE_PARAGRAPH_CHARS if is_dense(text) else _MIN_PARAGRAPH_CHARS):
                found.append(text)
    return found or _list_bare_lines(body, passed)


def _list_bare_lines(body: HtmlElement, passed: set[HtmlElement]) -> list[str]:
    """List the long lines of a page whose text stands in no paragraphs."""
    found = []
    for line in islice(_BARE_LINES(body), _MOST_BARE_LINES):
        holder = line.getparent()
        if line.is_tail and holder is not None:
            holder = holder.getparent()
        if holder is not None and passed.isdisjoint((holder, *holder.iterancestors())):
            text = " ".join(line.split())
            if len(text) >= (_MIN_DENSE_PARAGRAPH_CHARS if is_dense(text) else _MIN_PARAGRAPH_CHARS):
                found.append(text)
    return found


def drop_other_articles(tree: HtmlElement, url: str, canonical: str | None, title: str | None) -> None:
    """Take out the posts of an endless page that are not its own; in place.

    The own one has the page's headline, or its address; others have a headline and an address of their own.
    """
    articles = [
        each
        for each in islice(tree.iter("article"), _MOST_ARTICLES)
        if next(each.iterancestors("article"), None) is None
    ]
    if len(articles) < _MIN_SIGNED_PARTS:
        return
    own_paths = {read_path(address) for address in (url, canonical) if address}
    key = fold_text(title or "")
    own = [
        each for each in articles if _has_headline(each, key) or own_paths & set(list_addresses(each, url))
    ]
    if len(own) != 1 or not _list_paragraphs(own[0], set()):
        return
    for each in articles:
        if each is not own[0] and _leads_elsewhere(each, own_paths, url):
            each.drop_tree()


def drop_teaser_articles(tree: HtmlElement, url: str, canonical: str | None) -> None:
    """Take out each `article` among paragraphs whose headline leads to another page; in place.

    The paragraphs beside it, in the same element, must be twice as long as all of its kind: a round-up keeps
    its entries. Where a box has such articles alone, the paragraphs beside the box count, and it goes whole.
    """
    own_paths = {read_path(address) for address in (url, canonical) if address}
    for each in list(islice(tree.iter("article"), _MOST_ARTICLES)):
        around = each.getparent()
        if around is None or next(each.iter("h1"), None) is not None:
            continue
        heading = next(each.iter("h2", "h3", "h4", "h5"), None)
        if heading is None or not _leads_elsewhere(each, own_paths, url):
            continue
        box = around if _is_box_of_articles(around, own_paths, url) else None
        if box is not None and box.getparent() is None:
            continue  # it went with the article before
        beside, entries = around, around.iterchildren("article")
        if box is not None and (outer := box.getparent()) is not None:
            beside, entries = outer, iter((box,))
        told = sum(len(paragraph.text_content()) for paragraph in beside.iterchildren("p"))
        if told >= _MIN_TEXT_FACTOR * sum(len(entry.text_content()) for entry in entries):
            (each if box is None else box).drop_tree()


def _is_box_of_articles(element: HtmlElement, own_paths: set[str], url: str) -> bool:
    """Return whether a box has several articles that lead elsewhere, and a heading at most besides."""
    if element.tag not in _CONTAINERS or len(element) > _MOST_ARTICLES:
        return False
    articles = [each for each in element if each.tag == "article"]
    others = [each for each in element if each.tag not in ("article", *HEADING_TAGS)]
    return (
        len(articles) >= _MIN_SIGNED_PARTS
        and not others
        and all(_leads_elsewhere(each, own_paths, url) for each in articles)
    )


def _has_headline(article: HtmlElement, key: str) -> bool:
    headings = islice(article.iter("h1", "h2"), 3)
    return bool(key) and any(fold_text(heading.text_content()) == key for heading in headings)


def _leads_elsewhere(article: HtmlElement, own_paths: set[str], url: str) -> bool:
    return any(path and path not in own_paths for path in list_addresses(article, url))


def list_addresses(article: HtmlElement, url: str) -> Iterable[str]:
    """List the paths of the addresses that an article gives as its own, or its headline leads to."""
    given = [article.get(name) for name in _ADDRESSES]
    given += [
        each.get("content") or each.get("href")
        for each in islice(article.iter("meta", "link"), 8)
        if each.get("itemprop") in ("url", "mainEntityOfPage")
    ]
    for heading in islice(article.iter("h1", "h2", "h3", "h4", "h5"), 1):
        given += [link.get("href") for link in (*heading.iter("a"), *heading.iterancestors("a"))][:1]
    return [read_path(urljoin(url, address)) for address in given if address and not address.startswith("#")]


def read_path(address: str) -> str:
    """Read the path of an address, without its last slash."""
    try:
        return urlsplit(address).path.rstrip("/")
    except ValueError:
        return ""
