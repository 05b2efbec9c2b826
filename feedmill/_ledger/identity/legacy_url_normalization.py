"""Computes the form of links before 0.2, so that an upgrade takes no known article for a new one. Pure.

Entry keys, versions and names of articles are hashes of a link's form. A link whose form has changed is
searched for under the former one too, as long as records under it are kept: 90 days after its month.
It also gives a link without what may be tracking, which a page's words must prove to be the same article's.
"""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from feedmill._ledger.identity.url_normalization import normalize_url

_TRACKING = re.compile(
    r"utm_.*|at_(medium|campaign|custom\d|link.*|format|bbc_team|ptr_name)|ns_(mchannel|source|campaign|fee|linkname)"
    r"|(fb|g|d|y|ms|tt|tw|wbra|gbra|li_fat_|irg|vero_|_branch_match_|dgc)(clid|clkid|id)"
    r"|mc_[ce]id|igsh(id)?|_ga|_gl|_hs(enc|mi|fp)|hsctatracking|mkt_tok|xtor|wt_mc|wt_zmc|ocid|cmpid|cmp|ito|smid"
    r"|ftag|srnd|ncid|guccounter|guce_referrer(_sig)?|traffic_source|taid|sr_share|amp|outputtype|rss_id|maca"
    r"|(pk|mtm|piwik|matomo|hsa)_.+|__twitter_impression|ref_(src|url)|s_cid|icid|sref|srsltid|epik|_openstat"
    r"|fb_(action_ids|action_types|ref|source)|oly_(enc|anon)_id|hss_channel|mbid|spm|wprov|sfnsn|__s|trk|trkcampaign"
    r"|ysclid|mibextid|echobox"
    r"|phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken|cfduid|oscsid|zenid|xtcsid"
)
_FEED_WORDS = frozenset({"rss", "feed", "atom", "rssfeed", "rss_feed", "rss2"})
_FEED_PARAMETERS = frozenset(
    {"source", "src", "from", "ref", "via", "rss", "partner", "campaign", "medium", "feed", "xml", "output",
     "emc", "feedtype", "mod"}
)  # fmt: skip
_SESSION_NAMES = frozenset({"sid", "s", "session", "sessionid", "session_id", "sess"})
_SESSION_VALUE = re.compile(r"[0-9a-f]{32}|[0-9a-z]{26}")
MAX_URL_CHARS = 2048
"""Feeds' links are no longer (scheduler.parsing)."""


@lru_cache(maxsize=256)
def normalize_legacy_url(url: str) -> str | None:
    """Return the form that a link had before, where that was another; None: it is what it was."""
    if "?" not in url or len(url) > MAX_URL_CHARS:
        return None
    form = normalize_url(url)
    page, mark, fragment = form.partition("#")
    path = page.partition("?")[0]
    given = "".join(url.split()).partition("#")[0].partition("?")[2]
    query = _normalize_query(given) if form.startswith("https://") else page.partition("?")[2]
    former = path + (f"?{query}" if query else "") + mark + fragment
    return former if former != form else None


def _normalize_query(query: str) -> str:
    pairs = parse_qsl(query.replace("&amp;", "&"), keep_blank_values=True, errors="replace")
    return urlencode(sorted(pair for pair in pairs if not _was_tracking(*pair)), errors="replace")


def _was_tracking(name: str, value: str) -> bool:
    name = name.lower()
    if _TRACKING.fullmatch(name):
        return True
    if name in _SESSION_NAMES and _SESSION_VALUE.fullmatch(value.lower()):
        return True
    return name in _FEED_PARAMETERS and value.lower() in _FEED_WORDS
