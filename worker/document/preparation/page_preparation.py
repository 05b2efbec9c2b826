"""Makes a parsed page what a browser shows, before anything of it is read."""

from lxml.html import HtmlElement

from worker.document.attribute_inventory import PageNames
from worker.document.preparation.aria_roles import apply_roles
from worker.document.preparation.contents_lists import drop_contents_lists
from worker.document.preparation.embedded_widgets import drop_widgets
from worker.document.preparation.figure_unwrapping import open_photo_essay, open_pull_quotations
from worker.document.preparation.neighboring_posts import (
    drop_next_posts,
    drop_other_articles,
    drop_teaser_articles,
)
from worker.document.preparation.other_live_entries import drop_other_entries
from worker.document.preparation.page_overlays import drop_overlays
from worker.document.preparation.reader_comments import drop_comments
from worker.document.preparation.revealed_text import reveal_article_parts
from worker.document.preparation.shadow_roots import open_shadow_roots
from worker.document.preparation.tooltips_and_sidenotes import set_asides_apart


def prepare_page(tree: HtmlElement) -> PageNames:
    """Open what is shown, drop what lies over it, and set apart what stands in its sentences; in place.

    Returned are the names of its elements, for the steps to come.
    """
    open_shadow_roots(tree)
    apply_roles(tree)
    named = PageNames(tree)
    if reveal_article_parts(tree, named):
        named = PageNames(tree)
    drop_overlays(tree, named)
    drop_contents_lists(named)
    drop_widgets(tree)
    set_asides_apart(tree, named)
    open_pull_quotations(tree, named)
    open_photo_essay(tree, named)
    return named


def drop_other_posts(
    tree: HtmlElement, named: PageNames, url: str, canonical: str | None, title: str | None, *, asked: str
) -> None:
    """Drop readers' comments, and posts and entries beside the one of this title and address; in place.

    `asked` is the address that the feed gave: its fragment names an entry of a live blog.
    """
    drop_comments(tree, named)
    drop_other_articles(tree, url, canonical, title)
    drop_teaser_articles(tree, url, canonical)
    drop_next_posts(tree, url, canonical, title)
    drop_other_entries(tree, asked)
