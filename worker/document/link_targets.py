"""Decides by where links lead whether lines point to other sites or name an address to write to. Pure."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from worker.document.blocks import Block

_ADDRESSES = ("mailto:", "tel:")
_SERVICES = (
    *("facebook.com", "twitter.com", "x.com", "instagram.com", "youtube.com", "linkedin.com", "t.me"),
    *("telegram.me", "whatsapp.com", "wa.me", "tiktok.com", "pinterest.com", "threads.net", "bsky.app"),
    *("vk.com", "ok.ru", "weibo.com", "line.me", "reddit.com", "flipboard.com", "news.google.com"),
    *("play.google.com", "apps.apple.com", "itunes.apple.com", "podcasts.apple.com", "open.spotify.com"),
)
"""Hosts where sites have channels and programs: links to nothing but these are a row of the page."""


def lead_elsewhere(lines: Iterable[Block], host: str) -> bool:
    """Return whether all links of these lines lead to other hosts than the page's, and to more than services.

    Links within the page ("#note-1") do not count.
    """
    site = host.removeprefix("www.")
    leads = [read_host(href) for block in lines for href in block.hrefs if not href.startswith("#")]
    return (
        bool(site and leads)
        and all(lead and not is_of_site(lead, site) for lead in leads)
        and not all(any(is_of_site(lead, service) for service in _SERVICES) for lead in leads)
    )


def names_address(block: Block) -> bool:
    """Return whether a line has links, all of them to an address to write to or a number to call."""
    return bool(block.hrefs) and all(href.strip().lower().startswith(_ADDRESSES) for href in block.hrefs)


def is_of_site(host: str, site: str) -> bool:
    """Return whether a host is a site's, or one below it."""
    return host == site or host.endswith(f".{site}")


def read_host(href: str) -> str:
    """Read the host that an address names; empty where it names none."""
    try:
        return urlsplit(href).netloc.lower() if "//" in href[:8] else ""
    except ValueError:
        return ""
