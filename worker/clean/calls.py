"""Steps for lines that show, ask, sell or regulate: captions, calls, ads, comments, copyright, tags."""

from urllib.parse import urlsplit

from worker.blocks import Block
from worker.clean.labels import labels
from worker.clean.story import Story, is_link, is_paragraph  # noqa: F401

_TAG = 60
_CALL = 180
_DEEP = 3


def _labelled(story: Story, kind: str, rule: str, *, start: int = 0) -> Story:
    gone = [
        place
        for place, block in enumerate(story.blocks)
        if place >= start and block.level != 1 and labels().says(kind, block.text)
    ]
    return story.without(gone, rule)


def caption(story: Story) -> Story:
    """Remove captions (in figcaption or under a caption class) and lines that are only a photo credit.

    A paragraph that speaks of a photo stays; text in a figure that is a quote or a table stays.
    """
    gone = [
        place
        for place, block in enumerate(story.blocks)
        if _is_caption(block) or labels().says("photo", block.text)
    ]
    return story.without(gone, "caption")


def _is_caption(block: Block) -> bool:
    if block.frame is None:
        return False
    if block.frame.within("figcaption"):
        return not block.frame.within("blockquote", "table")
    return len(block.text) <= 400 and (  # noqa: PLR2004
        block.said_by("caption", "figcaption", "credit", "wp caption text", "photocredit")
        or _named_caption(block)
    )


def _named_caption(block: Block) -> bool:
    """Find "imageCaption" and "photo__caption-text": the word within a class of the block's own element."""
    own = block.words + (block.frame.words if block.frame else "")
    return any(word.endswith(("caption", "photocredit", "imagecredit")) for word in own.split())


def newsletter(story: Story) -> Story:
    """Remove calls to subscribe that are whole lines; a sentence about a newsletter stays."""
    return _labelled(story, "newsletter", "newsletter")


def service(story: Story) -> Story:
    """Remove short lines that lead to a page of the site's own service: to give, to join, to subscribe.

    The link must be relative or to the page's own address, and one of its path's parts must be such a word as
    a whole ("/support/", "/newsletter/daily"); a line that links to another site's appeal stays, and so does
    any paragraph, item, heading, quotation or table.
    """
    gone = [
        place
        for place, block in enumerate(story.blocks)
        if block.hrefs
        and len(block.text) <= _CALL
        and block.kind == "paragraph"
        and any(_serves(href, story.about.host) for href in block.hrefs)
    ]
    return story.without(gone, "service")


def _serves(href: str, host: str) -> bool:
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return False
    if parts.scheme not in ("", "http", "https") or (parts.netloc and parts.netloc.lower() != host):
        return False
    words = parts.path.strip("/").removesuffix(".html").lower().split("/")
    return len(words) <= _DEEP and any(word in labels().services for word in words)


def follow(story: Story) -> Story:
    """Remove calls to follow or to get the app that are whole lines; "police follow a car" stays."""
    return _labelled(story, "follow", "follow")


def share(story: Story) -> Story:
    """Remove share, print and listen words that are whole short lines; "shares fell" stays."""
    gone = [
        place
        for place, block in enumerate(story.blocks)
        if len(block.text) <= 60  # noqa: PLR2004
        and block.kind not in ("cell", "code")
        and block.level == 0
        and labels().says("share", block.text)
    ]
    return story.without(gone, "share")


def advert(story: Story) -> Story:
    """Remove ad labels and affiliate notices that are whole lines; an article about ads stays."""
    return _labelled(story, "advert", "advert")


def comments(story: Story) -> Story:
    """Remove comment labels and forms below the last paragraph; a heading "Comments" over text stays."""
    tail = story.tail()
    gone = [
        place
        for place, block in enumerate(story.blocks)
        if labels().says("comments", block.text) and (place >= tail or not _leads_text(story, place))
    ]
    return story.without(gone, "comments")


def _leads_text(story: Story, place: int) -> bool:
    return place + 1 < len(story.blocks) and is_paragraph(story.blocks[place + 1])


def copyright_notice(story: Story) -> Story:
    """Remove copyright, "appeared first on" and legal lines in the last third; elsewhere they are text."""
    start = len(story.blocks) * 2 // 3
    story = _labelled(story, "copyright", "copyright", start=start)
    return _labelled(story, "appeared", "copyright", start=start // 2)


def tag_list(story: Story) -> Story:
    """Remove "Tags: …" lines and the links after a tag label, below the last paragraph."""
    gone: set[int] = set()
    for place in range(story.tail(), len(story.blocks)):
        block = story.blocks[place]
        if (
            labels().says("tags", block.text)
            or block.said_by("tags", "taglist", "post tags", "keywords")
            or (place - 1 in gone and block.linked > 0.8 and len(block.text) < 60)  # noqa: PLR2004
        ):
            gone.add(place)
    return story.without(gone, "tags")


def cookies(story: Story) -> Story:
    """Remove cookie and consent lines that are whole blocks; a recipe for cookies stays."""
    return _labelled(story, "cookies", "cookies")


def author_note(story: Story) -> Story:
    """Remove a note about the author after the end of the article: "Jane Doe is a reporter for …".

    Only in the last blocks, and only as a whole line; an article about a reporter stays.
    """
    count = len(story.blocks)
    gone = []
    for place in range(count - 1, max(0, count - 4), -1):
        if not labels().says("note", story.blocks[place].text):
            break
        gone.append(place)
    return story.without(gone, "author_note")
