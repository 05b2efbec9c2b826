"""Finds the parameters of a link that follow its reader and name no article, by name and value. Pure.

A parameter is cut only where its name and its value both say so: what is cut wrongly makes one article of
two, and one of them is lost. A name counts by itself only where it was coined for tracking (`fbclid`).
The names are those of the trackers' own manuals and of the lists that browsers and feed readers cut by.
"""

import re
from collections.abc import Sequence

Pair = tuple[str, str]
"""A parameter's name and value, decoded byte for byte (Latin-1)."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COINED = _words("""
fbclid gclid gclsrc gbraid wbraid dclid gad_source gad_campaignid yclid ysclid ymclid yadclid msclkid ttclid
twclid li_fat_id irclickid irgclid igsh igshid mibextid sfnsn srsltid epik _openstat vero_id vero_conv
_branch_match_id _branch_referrer rb_clickid s_kwcid _kx omnisendid wickedid dicbo tblci ck_subscriber_id
ml_subscriber ml_subscriber_hash _ga _gl _hsenc _hsmi _hsfp __hssc __hstc __hsfp hsctatracking hss_channel
mc_cid mc_eid mkt_tok _bhlid oly_enc_id oly_anon_id fb_action_ids fb_action_types fb_ref fb_source at_medium
at_campaign at_format at_bbc_team at_ptr_name at_link_id at_link_type at_link_origin ns_mchannel ns_source
ns_campaign ns_fee ns_linkname wt_mc wt_zmc __twitter_impression ref_src ref_url guccounter guce_referrer
guce_referrer_sig soc_src soc_trk wprov sr_share trkcampaign echobox pk_campaign pk_kwd pk_keyword pk_source
pk_medium pk_content pk_cid pk_cpn mtm_campaign mtm_kwd mtm_keyword mtm_source mtm_medium mtm_content
mtm_cid mtm_group mtm_placement matomo_campaign matomo_kwd matomo_keyword matomo_source matomo_medium
matomo_content matomo_cid piwik_campaign piwik_kwd piwik_keyword hsa_acc hsa_cam hsa_grp hsa_ad hsa_src
hsa_tgt hsa_kw hsa_mt hsa_net hsa_ver hsa_la hsa_ol phpsessid jsessionid oscsid zenid xtcsid
""")
_NAMESPACES = re.compile(r"utm_[\w-]+|at_custom\d|aspsessionid\w*")
_WORDY = frozenset(
    {"xtor", "cmpid", "ocid", "smid", "ncid", "icid", "s_cid", "sref", "srnd", "ftag", "taid", "maca",
     "rss_id", "dgcid", "traffic_source", "__s"}
)  # fmt: skip
"""Tracking where the value has a letter; a bare number may be an article's."""
_CHANNELLED = frozenset({"cmp", "ito", "mbid", "trk"})
"""Tracking where the value says by which way the reader comes, and no more."""
_CHANNELS = _words("""
rss feed atom share shared sharing btn button tw twt twitter fb facebook ig instagram social soc socialflow
email mail newsletter whatsapp wa reddit linkedin telegram pinterest flipboard copylink push notification
""")
_BESIDE_CHANNELS = _words("article story post link copy top bottom ios android app web amp mobile desktop")
_SPLIT = re.compile(r"[-_.~:| +]+")
_SITE_MAP_PLACE = re.compile(r"[\w-]+(\.[\w-]+)+", re.ASCII)
"""The value of `spm`: numbers and words with dots between, place within place; an article's has none."""
_FEED_WORDS = frozenset({"rss", "feed", "atom", "rssfeed", "rss_feed", "rss2"})
_FEED_PARAMETERS = frozenset(
    {"source", "src", "from", "ref", "via", "rss", "partner", "campaign", "medium", "feed", "xml", "output",
     "emc", "feedtype", "mod"}
)  # fmt: skip
_AMP_VALUES = frozenset({"", "1", "true", "yes", "html", "amp"})
_SESSION_NAMES = frozenset({"session", "sessionid", "session_id", "sess"})
_SHORT_SESSION_NAMES = frozenset({"sid", "s"})
_LONG_HEX = re.compile(r"[0-9a-f]{32}")
_SESSION_NUMBER = re.compile(r"(?=[a-z]*\d)[0-9a-z]{26}")
"""PHP's session numbers (session.sid_length), beside the 32 hex digits of others; those name articles too."""
_ARTICLE_NUMBERS = _words(
    "id p t a tid pid nid aid topic thread threadid showtopic article articleid story storyid newsid"
)
_SCRIPT = re.compile(r"/|.*\.(php\d?|cgi|aspx?|jsp|cms|do|pl|cfm)", re.IGNORECASE)


def drop_tracking(pairs: Sequence[Pair], path: str) -> list[Pair]:
    """Return the parameters that may distinguish articles; `path` is that of their link."""
    kept = [pair for pair in pairs if not _is_tracking(*pair)]
    names = {name.lower() for name, _ in kept}
    if names >= {"cfid", "cftoken"}:  # always together (ColdFusion); alone it is something else
        kept = [pair for pair in kept if pair[0].lower() not in ("cfid", "cftoken")]
    if not names & _SHORT_SESSION_NAMES:
        return kept
    numbered = any(name.lower() in _ARTICLE_NUMBERS and _has_digit(value) for name, value in kept)
    named = not _SCRIPT.fullmatch(path)
    return [pair for pair in kept if not _is_short_session(*pair, numbered=numbered, named=named)]


def _is_tracking(name: str, value: str) -> bool:
    name, value = name.lower(), value.lower()
    if name in _COINED or _NAMESPACES.fullmatch(name):
        return True
    if name in _FEED_PARAMETERS:
        return value in _FEED_WORDS
    if name in _SESSION_NAMES:
        return _is_session_number(value)
    return _is_tracking_value(name, value)


def _is_tracking_value(name: str, value: str) -> bool:
    if name in _WORDY:
        return not value or any(character.isalpha() for character in value)
    if name in _CHANNELLED:
        words = set(_SPLIT.split(value))
        return bool(words & _CHANNELS) and words <= _CHANNELS | _BESIDE_CHANNELS
    if name == "spm":
        return _SITE_MAP_PLACE.fullmatch(value) is not None
    return (name == "amp" and value in _AMP_VALUES) or (name == "outputtype" and value == "amp")


def _is_short_session(name: str, value: str, *, numbered: bool, named: bool) -> bool:
    """Return whether `sid` or `s` is a session's: where something else names the article.

    Forums write their 32 hex digits beside a topic's number; alone such a value is an article's own name.
    """
    if name.lower() not in _SHORT_SESSION_NAMES:
        return False
    value = value.lower()
    if _LONG_HEX.fullmatch(value):
        return numbered
    return (numbered or named) and _SESSION_NUMBER.fullmatch(value) is not None


def _is_session_number(value: str) -> bool:
    return _LONG_HEX.fullmatch(value) is not None or _SESSION_NUMBER.fullmatch(value) is not None


def _has_digit(value: str) -> bool:
    return any(character.isdigit() for character in value)
