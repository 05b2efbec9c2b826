"""Read a fetched page: from bytes to a cleaned article, or to the reason why it is none."""

import re
import unicodedata
from hashlib import sha256

from lxml import html

from feedmill._ledger.records import Entry
from worker.extract import extract_body
from worker.page import Cleaned, Page, Rejected

_SPACE = re.compile(r"\s+")


def read_page(page: Page, entry: Entry | None) -> Cleaned | Rejected:
    """Clean one page; `entry` is what its feed said about it, None when no feed did."""
    if page.body[:5] == b"%PDF-":
        return Rejected("pdf")
    if not page.body.strip():
        return Rejected("empty", "no bytes")
    tree = html.document_fromstring(page.body, parser=html.HTMLParser(huge_tree=False, encoding="utf-8"))
    body = extract_body(tree)
    lines = [_SPACE.sub(" ", "".join(part.itertext())).strip() for part in body] if body is not None else []
    text = unicodedata.normalize("NFC", "\n\n".join(line for line in lines if line))
    if not text:
        return Rejected("empty", "no text found")
    title = (entry.title if entry else None) or tree.findtext(".//title") or page.url
    return Cleaned(title=_SPACE.sub(" ", title).strip(), text=text, word_count=len(text.split()))


def fingerprint(cleaned: Cleaned) -> str:
    """Hash the substance (title and text, white space aside) as 32 hex characters."""
    substance = "\x1f".join(_SPACE.sub(" ", part).strip() for part in (cleaned.title, cleaned.text))
    return sha256(substance.encode("utf-8", "surrogatepass")).hexdigest()[:32]
