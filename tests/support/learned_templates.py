"""Templates learned from a generated site, and the call that keeps them as a worker does."""

from site_shapes import write_site

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.operations.extraction_history_operations import add_page_stats
from worker.extraction.page_reader import read_page
from worker.page_models import FetchedPage
from worker.publishing.reader_version import READER_VERSION
from worker.templates.template_codec import pack_templates
from worker.templates.template_session import TemplateSession
from worker.templates.template_set import SiteTemplates


def learn_templates(shape: str, pages: int) -> SiteTemplates:
    """Read so many pages of a generated site in turn; eleven of an even one are enough to trust it."""
    known: SiteTemplates = ()
    for article, markup in write_site(shape, pages):
        run = TemplateSession(known)
        read_page(FetchedPage(f"https://j.example/{article.number}", markup.encode()), None, templates=run)
        known = run.known
    return known


def keep_templates(keys: Keys, name: str, known: SiteTemplates) -> Call[object]:
    """Build the call that keeps templates under a source and host, with the figures of a page."""
    return add_page_stats(
        keys,
        history=name,
        page_id=f"{1:016x}",
        stats=b"p\x01\x02\x03",
        token=name,
        templates=pack_templates(known),
        reader=READER_VERSION,
    )
