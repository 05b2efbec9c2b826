"""The one form of a link, and the site it belongs to: pure rules."""

import re
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

import tld

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
