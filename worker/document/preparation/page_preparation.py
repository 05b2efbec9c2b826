"""Makes a parsed page what a browser shows, before anything of it is read."""

from lxml.html import HtmlElement

from worker.document.preparation.asides_in_text import set_asides_apart
from worker.document.preparation.page_overlays import drop_overlays
from worker.document.preparation.photo_essays import open_photo_essay
from worker.document.preparation.revealed_text import reveal_article_parts
from worker.document.preparation.shadow_roots import open_shadow_roots


def prepare_page(tree: HtmlElement) -> None:
    """Open what is shown, drop what lies over it, and set apart what stands in its sentences; in place."""
    open_shadow_roots(tree)
    reveal_article_parts(tree)
    drop_overlays(tree)
    set_asides_apart(tree)
    open_photo_essay(tree)
