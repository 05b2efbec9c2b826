"""Which links, entries and feeds are the same thing: pure rules.

Names of articles are 16 hex digits; a link's name and the id of an article known by that link are the same.
"""

import hashlib
import html
import re
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

import tld

from feedmill._ledger.records import Entry
from feedmill._ledger.substance import substance

_DEFAULT_PORTS = (80, 443)  # http and https are one
_TWINS = ("m", "mobile", "amp")
_TRACKING = re.compile(
    r"utm_.*|at_(medium|campaign|custom\d|link.*|format|bbc_team|ptr_name)|ns_(mchannel|source|campaign|fee|linkname)"
    r"|(fb|g|d|y|ms|tt|tw|wbra|gbra|li_fat_|irg|vero_|_branch_match_|dgc)(clid|clkid|id)"
    r"|mc_[ce]id|igsh(id)?|_ga|_gl|_hs(enc|mi|fp)|hsctatracking|mkt_tok|xtor|wt_mc|wt_zmc|ocid|cmpid|cmp|ito|smid"
    r"|ftag|srnd|ncid|guccounter|guce_referrer(_sig)?|traffic_source|taid|sr_share|amp|outputtype|rss_id|maca"
    r"|(pk|mtm|piwik|matomo|hsa)_.+|__twitter_impression|ref_(src|url)|s_cid|icid|sref|srsltid|epik|_openstat"
    r"|fb_(action_ids|action_types|ref|source)|oly_(enc|anon)_id|hss_channel|mbid|spm|wprov|sfnsn|__s|trk|trkcampaign"
    r"|ysclid|mibextid|echobox"
)
_FEED_WORDS = frozenset({"rss", "feed", "atom", "rssfeed", "rss_feed", "rss2"})
_FEED_PARAMETERS = frozenset(
    {"source", "src", "from", "ref", "via", "rss", "partner", "campaign", "medium", "feed", "xml", "output",
     "emc", "feedtype", "mod"}
)  # fmt: skip
_SESSION = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)
_SESSION_PARAMETERS = re.compile(
    r"phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken|cfduid|oscsid|zenid|xtcsid"
)
_SESSION_NAMES = frozenset({"sid", "s", "session", "sessionid", "session_id", "sess"})
_SESSION_VALUE = re.compile(r"[0-9a-f]{32}|[0-9a-z]{26}")
"""What PHP's and others' session numbers look like; such a parameter of another value may name an article."""
_AMP_CACHE = re.compile(r"/(?:amp/)?[cv]/s/(.+)")
_AMP_VIEWER = re.compile(r"/amp/s/(.+)")
_SLUG = re.compile(r"[^/]*[-_\d][^/]*")
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h\d|table|tr|td|blockquote|hr|section|article)\b[^<>]*>", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]*>")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_SAFE = "%!$&'()*+,;=:@/~-._"


def normalise_url(url: str) -> str:
    """Write a link in the one form that all its spellings share. For comparing, not for requesting.

    Scheme https for both (RFC 9110 §4.2), host in lower case without "www." or the mobile and AMP twins of
    the registrable domain, no default port, no user, no fragment (unless "#!"), dots resolved
    (RFC 3986 §5.2.4), percent-encoding in one spelling (§6.2.2), no trailing slash, no AMP ending or cache,
    tracking parameters gone, the others in order of name. A fragment that begins with "!" or "/" routes and
    stays. What cannot be split comes back trimmed.
    """
    trimmed = "".join(url.split())
    try:
        parts = _without_cache(urlsplit(trimmed))
        port = parts.port
    except ValueError:
        return trimmed
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return trimmed
    host = _plain_host(_ascii_host(parts.hostname))
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port not in _DEFAULT_PORTS:
        host = f"{host}:{port}"
    query = _plain_query(parts.query)
    path = _plain_path(parts)
    return f"https://{host}{path}" + (f"?{query}" if query else "") + _route(parts.fragment)


def site_of(url: str) -> str:
    """Answer the site that a link belongs to: the registrable domain by the shipped public-suffix list.

    Private suffixes such as blogspot.com are one site; an address or a single-label host is its own site.
    """
    try:
        host = urlsplit("".join(url.split())).hostname or ""
    except ValueError:
        host = ""
    return site_of_host(_ascii_host(host))


@lru_cache(maxsize=8192)
def site_of_host(host: str) -> str:
    """Answer the site of a host in lower case; under a suffix that nobody lists, its last two labels."""
    try:
        return ip_address(host).compressed
    except ValueError:
        pass
    if "." not in host:
        return host
    domain: str | None = tld.get_fld(f"https://{host}", fail_silently=True, search_private=False)
    if domain is None and not tld.is_tld(host.rpartition(".")[2]):
        return ".".join(host.split(".")[-2:])
    return domain or host


def link_alias(url: str) -> str:
    """Name an article by a link to it."""
    return _name("link", normalise_url(url))


def article_id(feed_url: str, entry: Entry) -> str:
    """Name the article of an entry: by its link, else by its guid within the feed, else by its words."""
    if entry.link:
        return link_alias(entry.link)
    if entry.guid:
        return _name("guid", feed_url, entry.guid)
    return _name("words", feed_url, *_words(entry))


def aliases(feed_url: str, entry: Entry) -> tuple[str, ...]:
    """Answer the other names under which the entry's article may be met, without its id.

    A guid that is itself a link counts only on the link's own site: a feed cannot claim foreign articles.
    """
    names = []
    if entry.guid:
        names.append(_name("guid", feed_url, entry.guid))
        if entry.link and _is_link(entry.guid) and site_of(entry.guid) == site_of(entry.link):
            names.append(link_alias(entry.guid))
    own = article_id(feed_url, entry)
    return tuple(dict.fromkeys(name for name in names if name != own))


def feed_id(url: str) -> str:
    """Name a feed by the URL that the operator configured, byte for byte."""
    return _name("feed", url)


def entry_key(entry: Entry) -> int:
    """Identify an entry within its feed: by its guid, else its link, else its words."""
    if entry.guid:
        return _number("guid", entry.guid)
    if entry.link:
        return _number("link", normalise_url(entry.link))
    return _number("words", *_words(entry))


def entry_version(entry: Entry) -> int:
    """Identify an entry with what the feed says of it: another number when that changes in substance.

    Markup, white space, counters and dates do not count, nor do tracking parameters of the link.
    """
    link = normalise_url(entry.link) if entry.link else ""
    return _number("version", str(entry_key(entry)), link, *_said(entry))


def entry_stamp(entry: Entry) -> int | None:
    """Identify an entry with the time at which the feed says that it was updated; None: it does not say."""
    if entry.updated_at is None:
        return None
    return _number("stamp", str(entry_key(entry)), str(int(entry.updated_at.timestamp())))


def kin(link: str, told: str) -> bool:
    """Tell whether a page's own name for itself looks like its address: evidence that it is one article.

    On one site, and with the same last part of the path where that is a slug or a number that few pages
    share, or the same query on the same path. A name that misses this is believed only by other evidence.
    """
    if site_of(link) != site_of(told):
        return False
    try:
        one, other = urlsplit(normalise_url(link)), urlsplit(normalise_url(told))
    except ValueError:
        return False
    if one.path == other.path and one.query == other.query:
        return True
    ends = [_ending(part.path) for part in (one, other)]
    return ends[0] == ends[1] and _is_telling(ends[0]) and not (one.query and other.query)


def _ending(path: str) -> str:
    return re.sub(r"\.(amp\.)?(html?|php|aspx?|shtml)$", "", path.rstrip("/").rpartition("/")[2].lower())


def _is_telling(ending: str) -> bool:
    words = re.split(r"[-_]", ending)
    return len(words) >= 3 or sum(character.isdigit() for character in ending) >= 5  # noqa: PLR2004


def _words(entry: Entry) -> tuple[str, ...]:
    parts = (entry.title, entry.summary, entry.content)
    return tuple(" ".join(_TAG.sub(" ", part).split()) if part else "" for part in parts)


def _said(entry: Entry) -> tuple[str, ...]:
    return tuple(_folded(part) if part else "" for part in (entry.title, entry.summary, entry.content))


def _folded(markup: str) -> str:
    return substance(html.unescape(_TAG.sub(" ", _BLOCK_TAG.sub("\n", markup))))


def _digest(kind: str, parts: tuple[str, ...]) -> bytes:
    joined = "\0".join((kind, *parts))
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).digest()[:8]


def _name(kind: str, *parts: str) -> str:
    return _digest(kind, parts).hex()


def _number(kind: str, *parts: str) -> int:
    return int.from_bytes(_digest(kind, parts), "big", signed=True) >> 1


def _is_link(text: str) -> bool:
    return text[:8].lower().startswith(("http://", "https://"))


def _ascii_host(host: str) -> str:
    host = host.rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _plain_host(host: str) -> str:
    """Drop the labels that stand for the same pages in another dress."""
    label, _, rest = host.partition(".")
    if label == "www" and "." in rest:
        return rest
    if label in _TWINS and "." in rest and site_of_host(host) == rest:
        return rest
    return host


def _without_cache(parts: SplitResult) -> SplitResult:
    """Take a link out of the AMP cache or viewer that wraps it."""
    host = (parts.hostname or "").lower()
    cached = _AMP_CACHE.fullmatch(parts.path) if host.endswith(".cdn.ampproject.org") else None
    viewed = (
        _AMP_VIEWER.fullmatch(parts.path)
        if re.fullmatch(r"(www\.)?google(\.[a-z]{2,3}){1,2}", host)
        else None
    )
    inner = cached or viewed
    if inner is None or "." not in inner[1].partition("/")[0]:
        return parts
    return urlsplit(f"https://{inner[1]}" + (f"?{parts.query}" if parts.query else ""))


def _plain_path(parts: SplitResult) -> str:
    path = _SESSION.sub("", parts.path)
    path = quote(_ESCAPE.sub(_one_spelling, path), safe=_SAFE, errors="replace")
    if "/." in path:
        path = _without_dots(path)
    path = path.rstrip("/")
    article = path.removesuffix("/amp").rstrip("/")
    if path.endswith("/amp") and _SLUG.fullmatch(article.rpartition("/")[2]):  # else "amp" may be the article
        path = article
    if path.endswith(".amp.html"):
        path = path.removesuffix(".amp.html") + ".html"
    return path or "/"


def _one_spelling(escape: re.Match[str]) -> str:
    """Decode what needs no escape (RFC 3986 §2.3), write the others in capitals."""
    character = chr(int(escape[1], 16))
    plain = character.isascii() and (character.isalnum() or character in "-._~")
    return character if plain else escape[0].upper()


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    return "/".join(kept)


def _plain_query(query: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query.replace("&amp;", "&"), keep_blank_values=True, errors="replace")
    return urlencode(sorted(pair for pair in pairs if not _is_tracking(*pair)), errors="replace")


def _is_tracking(name: str, value: str) -> bool:
    name = name.lower()
    if _TRACKING.fullmatch(name) or _SESSION_PARAMETERS.fullmatch(name):
        return True
    if name in _SESSION_NAMES and _SESSION_VALUE.fullmatch(value.lower()):
        return True
    return name in _FEED_PARAMETERS and value.lower() in _FEED_WORDS


def _route(fragment: str) -> str:
    return f"#{fragment}" if fragment.startswith(("!", "/")) else ""
