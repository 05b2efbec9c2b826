"""Makes pages that answered 200 and are walls or errors, and articles about such things, in 25 languages.

The sentences are in wall_sentences.toml, the templates here: rebuilt, in our own words, from what servers,
content systems, bot defences, consent and paywall services send. Languages and templates come in two parts:
weights and word lists were made with the first; no language and no template of the held-out part is in it. Five
more languages were written when everything stood.
"""

# ruff: noqa: E501  templates read better a line each

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from feedmill._ledger.core.records import Entry

URL = "https://courier.example/2026/05/of-the-day"
SITE = "Wendle Courier"
WALL_KINDS = ("missing", "challenge", "blocked", "error", "maintenance", "consent", "login", "paywall")
Template = Callable[[str, list[str]], str]
"""Language, and title with sentences -> a page."""


@dataclass(frozen=True, slots=True)
class WallPage:
    """A page with what it is: `kind` is a kind of wall, or "article"."""

    kind: str
    lang: str
    template: str
    html: str
    entry: Entry | None

    @property
    def is_wall(self) -> bool:
        """Tell whether no article may come of it."""
        return self.kind != "article"

    def __str__(self) -> str:
        told = " with entry" if self.entry else ""
        return f"{self.kind}/{self.template}/{self.lang}{told}"


@lru_cache(maxsize=1)
def _load_sentences() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("wall_sentences.toml").read_text(encoding="utf-8"))


def _split(line: str) -> list[str]:
    return [part.strip() for part in line.split(" | ")]


def _p(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def _page(lang: str, title: str, body: str, head: str = "", attributes: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body{attributes}>{body}</body></html>"
    )


_NOINDEX = '<meta name="robots" content="noindex, nofollow">'
_TOP = f'<header class="site-header"><a href="/">{SITE}</a><nav><ul><li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li><li><a href="/culture">Culture</a></li></ul></nav></header>'
_FOOT = f'<footer class="site-footer"><p>© 2026 {SITE}</p><ul><li><a href="/imprint">Imprint</a></li><li><a href="/privacy">Privacy</a></li></ul></footer>'


def _bare(lang: str, texts: list[str]) -> str:
    return _page(lang, texts[0], f"<main><h1>{texts[0]}</h1>{_p(texts[1:])}</main>")


def _bare_div(lang: str, texts: list[str]) -> str:
    return _page(lang, texts[0], f"<div><h2>{texts[0]}</h2><div>{'<br>'.join(texts[1:])}</div></div>")


def _wordpress_missing(lang: str, texts: list[str]) -> str:
    body = f'{_TOP}<div id="primary" class="content-area"><main class="site-main"><section class="error-404 not-found"><header class="page-header"><h1 class="page-title">{texts[0]}</h1></header><div class="page-content">{_p(texts[1:])}<form role="search" class="search-form"><input type="search" name="s"></form></div></section></main></div>{_FOOT}'
    return _page(lang, f"{texts[0]} – {SITE}", body, _NOINDEX, ' class="error404 wp-theme"')


def _drupal_missing(lang: str, texts: list[str]) -> str:
    body = f'{_TOP}<main role="main"><div class="region region-content"><h1 class="page-title">{texts[0]}</h1><div class="block-system-main-block">{" ".join(texts[1:])}</div></div></main>{_FOOT}'
    head = f'<meta name="Generator" content="Drupal 11"><link rel="shortlink" href="/"><link rel="canonical" href="https://courier.example/"><meta property="og:site_name" content="{SITE}">'
    return _page(lang, f"{texts[0]} | {SITE}", body, head, ' class="path-system-404"')


def _cloudflare_challenge(lang: str, texts: list[str]) -> str:
    body = f'<div class="main-wrapper" role="main"><div class="main-content"><noscript><div class="h2">{texts[2]}</div></noscript><h1 class="zone-name-title">courier.example</h1><h2>{texts[0]}</h2>{_p(texts[1:])}<form id="challenge-form" method="POST"><input type="hidden" name="md" value="k3.x"></form></div></div><div class="footer" role="contentinfo">Ray ID: <code>9f21c07b6d3e44aa</code></div><script>window._cf_chl_opt={{cType:"managed"}}</script>'
    return _page(lang, texts[0], body, f'{_NOINDEX}<meta http-equiv="refresh" content="360">')


def _datadome(lang: str, texts: list[str]) -> str:
    body = f'<p id="cmsg">{texts[0]}</p><div class="captcha__human"><div class="captcha__human__title">{texts[1]}</div><div>{texts[2]}</div></div><script>var dd={{"rt":"c","cid":"AHrlqAAAAAMA","host":"geo.captcha-delivery.com"}}</script><script src="https://ct.captcha-delivery.com/c.js"></script>'
    return _page(lang, "courier.example", body, "<style>#cmsg{animation:A 1.5s}</style>")


def _perimeterx(lang: str, texts: list[str]) -> str:
    body = f'<div class="px-captcha-container"><div class="px-captcha-header">{texts[0]}</div><div class="px-captcha-message">{" ".join(texts[1:])}</div><div id="px-captcha"></div><div class="px-captcha-refid">Reference ID 5b0a6f70-31c2-11f1-9a44-0242ac120002</div></div><script>window._pxAppId="PXx1";window._pxUuid="5b0a6f70"</script>'
    return _page(lang, texts[0], body, '<meta name="robots" content="noindex">')


def _cloudflare_block(lang: str, texts: list[str]) -> str:
    body = f'<div id="cf-wrapper"><div id="cf-error-details" class="cf-error-details-wrapper"><div class="cf-wrapper cf-header"><h1 data-translate="block_headline">{texts[0]}</h1></div><div class="cf-section">{_p(texts[1:])}</div><div class="cf-error-footer"><p><span class="cf-footer-item">Ray ID: <strong>9f21c07b6d3e44aa</strong></span> • <span>192.0.2.17</span></p></div></div></div>'
    return _page(
        lang, f"{texts[0]} | courier.example", body, '<meta name="robots" content="noindex, nofollow">'
    )


def _akamai(_lang: str, texts: list[str]) -> str:
    return f"<HTML><HEAD><TITLE>{texts[0]}</TITLE></HEAD><BODY><H1>{texts[0]}</H1>{' '.join(texts[1:])}<P>Reference&#32;&#35;18&#46;2f3c1602&#46;1780000000&#46;5d1c0<P>https&#58;&#47;&#47;errors&#46;edge&#46;example&#47;18</BODY></HTML>"


def _nginx_forbidden(lang: str, texts: list[str]) -> str:
    return _page(
        lang,
        f"403 {texts[0]}",
        f"<center><h1>403 {texts[0]}</h1></center><p>{texts[1]}</p><hr><center>nginx/1.27.3</center>",
    )


def _wordpress_die(lang: str, texts: list[str]) -> str:
    return _page(
        lang,
        texts[0],
        f'<div class="wp-die-message">{_p(texts)}</div>',
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="max-image-preview:large, noindex, follow"><style>html{background:#f1f1f1}</style>',
        ' id="error-page"',
    )


def _varnish(lang: str, texts: list[str]) -> str:
    return _page(
        lang,
        f"503 {texts[0]}",
        f"<h1>Error 503 {texts[0]}</h1>{_p(texts[1:])}<h3>Guru Meditation:</h3><p>XID: 1837462</p><hr><p>Varnish cache server</p>",
    )


def _iis(lang: str, texts: list[str]) -> str:
    body = f'<div id="header"><h1>Server Error</h1></div><div id="content"><div class="content-container"><fieldset><h2>500 - {texts[0]}</h2><h3>{" ".join(texts[1:])}</h3></fieldset></div></div>'
    return _page(lang, f"500 - {texts[0]}", body)


def _wordpress_maintenance(lang: str, texts: list[str]) -> str:
    body = f'<div class="wrap mm-wrapper"><img src="/logo.svg" alt="{SITE}"><h1>{texts[0]}</h1>{_p(texts[1:])}</div>'
    return _page(
        lang,
        f"{SITE} - {texts[0]}",
        body,
        '<meta name="robots" content="noindex"><meta http-equiv="refresh" content="60">',
        ' class="maintenance-mode"',
    )


def _drupal_maintenance(lang: str, texts: list[str]) -> str:
    body = f'<div class="l-container"><header role="banner"><a href="/">{SITE}</a></header><main role="main"><h1>{texts[0]}</h1>{" ".join(texts[1:])}</main></div>'
    return _page(
        lang, f"{texts[0]} | {SITE}", body, "", ' class="maintenance-page in-maintenance no-sidebars"'
    )


def _chrome_only(lang: str, texts: list[str]) -> str:
    body = f'{_TOP}<div class="container"><div class="row"><div class="message"><h2>{texts[0]}</h2>{_p(texts[1:])}</div></div></div>{_FOOT}'
    return _page(
        lang,
        SITE,
        body,
        f'<meta property="og:site_name" content="{SITE}"><meta property="og:type" content="website">',
    )


def _onetrust(lang: str, texts: list[str]) -> str:
    body = f'<div id="onetrust-consent-sdk"><div id="onetrust-banner-sdk" class="otFlat" role="dialog"><h2 id="onetrust-policy-title">{texts[0]}</h2><div id="onetrust-policy-text"><p>{texts[1]}</p><p>{texts[2]}</p></div><div id="onetrust-button-group"><button id="onetrust-pc-btn-handler">…</button><button id="onetrust-accept-btn-handler">OK</button></div></div></div>'
    return _page(lang, SITE, body, '<script src="https://cdn.cookielaw.example/otSDKStub.js"></script>')


def _sourcepoint(lang: str, texts: list[str]) -> str:
    body = f'<div id="sp_message_container_1"><div class="message type-modal"><div class="message-component title"><p>{texts[0]}</p></div><div class="message-component"><p>{texts[1]}</p></div><div class="message-component message-row"><p>{texts[2]}</p><button class="sp_choice_type_11">OK</button><button class="sp_choice_type_12">…</button></div></div></div>'
    return _page(lang, f"{texts[0]} - {SITE}", body, '<meta name="robots" content="noindex">')


def _portal_consent(lang: str, texts: list[str]) -> str:
    body = f'<div class="consent-page"><form method="post" action="/v2/collectConsent"><h1>{texts[0]}</h1>{_p(texts[1:])}<input type="hidden" name="csrfToken" value="a1"><input type="hidden" name="sessionId" value="3_cc"><button name="agree" value="agree">OK</button><button name="reject" value="reject">…</button></form></div>'
    return _page(lang, SITE, body)


def _wordpress_login(lang: str, texts: list[str]) -> str:
    body = f'<div id="login"><h1><a href="/">{SITE}</a></h1><p class="message">{texts[1]}</p><form name="loginform" id="loginform" action="/wp-login.php" method="post"><p><label for="user_login">{texts[0]}</label><input type="text" name="log"></p><div class="user-pass-wrap"><input type="password" name="pwd"></div></form><p id="nav"><a href="/lost">{texts[2]}</a></p></div>'
    return _page(lang, f"{texts[0]} ‹ {SITE}", body, _NOINDEX, ' class="login no-js"')


def _bare_login(lang: str, texts: list[str]) -> str:
    body = f'<main><h1>{texts[0]}</h1><p>{texts[1]}</p><form method="post"><input name="email"><input type="password" name="word"><button>{texts[0]}</button></form><p><a href="/forgot">{texts[2]}</a></p><p><a href="/new">{texts[3]}</a></p></main>'
    return _page(lang, texts[0], body)


def _keycloak(lang: str, texts: list[str]) -> str:
    body = f'<div class="login-pf-page"><div id="kc-header">{SITE}</div><div class="card-pf"><h1 id="kc-page-title">{texts[0]}</h1><div>{texts[1]}</div><form id="kc-form-login" method="post"><input id="username" name="username"><input id="password" type="password" name="password"></form><a href="/reset">{texts[2]}</a></div></div>'
    return _page(
        lang,
        f"{texts[0]} – {SITE}",
        body,
        '<meta name="robots" content="noindex, nofollow">',
        ' class="login-pf"',
    )


def _chrome_login(lang: str, texts: list[str]) -> str:
    body = f'{_TOP}<main><div class="account"><h2>{texts[0]}</h2><p>{texts[1]}</p><form method="post"><input type="email"><input type="password"></form><p>{texts[2]}</p><p>{texts[3]}</p></div></main>{_FOOT}'
    return _page(lang, SITE, body)


def _piano(lang: str, texts: list[str]) -> str:
    told = {
        "@type": "NewsArticle",
        "headline": texts[0],
        "datePublished": "2026-05-03T08:00:00+02:00",
        "isAccessibleForFree": False,
        "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".paid"},
    }
    body = f'{_TOP}<main><article><h1>{texts[0]}</h1><p class="lead">{texts[1]}</p></article><div class="tp-container-inner piano-offer"><p>{texts[2]}</p><a href="/subscribe">OK</a></div></main>{_FOOT}'
    return _page(
        lang,
        f"{texts[0]} - {SITE}",
        body,
        f'<meta property="og:type" content="article"><script type="application/ld+json">{json.dumps(told)}</script>',
    )


def _zephr(lang: str, texts: list[str]) -> str:
    body = f'{_TOP}<main><article class="post"><h1>{texts[0]}</h1><time datetime="2026-05-03">3.5.</time><div class="entry-content"><p>{texts[1]}</p><div class="zephr-feature zephr-paywall"><h3>{texts[2]}</h3><a class="btn" href="/offers">1 €</a></div></div></article></main>{_FOOT}'
    return _page(lang, f"{texts[0]} - {SITE}", body, '<meta property="og:type" content="article">')


def _metered(lang: str, texts: list[str]) -> str:
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": texts[0],
        "isAccessibleForFree": "False",
    }
    body = f'{_TOP}<article><h1>{texts[0]}</h1><div class="body"><p>{texts[1]}…</p></div><section class="gate"><strong>{texts[2]}</strong></section></article>{_FOOT}'
    return _page(lang, texts[0], body, f'<script type="application/ld+json">{json.dumps(told)}</script>')


_TUNING: dict[str, dict[str, Template]] = {
    "missing": {"bare": _bare, "wordpress": _wordpress_missing},
    "challenge": {"bare": _bare, "cloudflare": _cloudflare_challenge},
    "blocked": {"bare": _bare, "cloudflare": _cloudflare_block},
    "error": {"bare": _bare, "wordpress": _wordpress_die},
    "maintenance": {"bare": _bare, "wordpress": _wordpress_maintenance},
    "consent": {"bare": _bare, "onetrust": _onetrust},
    "login": {"bare": _bare_login, "wordpress": _wordpress_login},
    "paywall": {"bare": _bare, "piano": _piano},
}
_HELD_OUT: dict[str, dict[str, Template]] = {
    "missing": {"bare_div": _bare_div, "drupal": _drupal_missing},
    "challenge": {"datadome": _datadome, "perimeterx": _perimeterx},
    "blocked": {"akamai": _akamai, "nginx": _nginx_forbidden},
    "error": {"varnish": _varnish, "iis": _iis},
    "maintenance": {"drupal": _drupal_maintenance, "chrome": _chrome_only},
    "consent": {"sourcepoint": _sourcepoint, "portal": _portal_consent},
    "login": {"keycloak": _keycloak, "chrome": _chrome_login},
    "paywall": {"zephr": _zephr, "metered": _metered},
}


def _plain_post(lang: str, texts: list[str]) -> str:
    return _page(lang, texts[0], f"<main><h1>{texts[0]}</h1>{_p(texts[1:])}</main>")


def _wordpress_post(lang: str, texts: list[str]) -> str:
    body = f'{_TOP}<main><article class="post type-post"><header class="entry-header"><h1 class="entry-title">{texts[0]}</h1></header><div class="entry-content">{_p(texts[1:])}</div></article></main>{_FOOT}'
    return _page(
        lang,
        f"{texts[0]} - {SITE}",
        body,
        f'<meta property="og:title" content="{texts[0]}"><meta property="og:type" content="article"><meta property="og:site_name" content="{SITE}">',
        ' class="single single-post"',
    )


def _post_beside_forms(lang: str, texts: list[str]) -> str:
    login = _load_sentences()[lang]["login"]
    consent = _load_sentences()[lang]["consent"]
    body = f'{_TOP}<div class="login-box"><form method="post"><label>{_split(login)[0]}</label><input name="u"><input type="password" name="p"></form></div><div class="content"><div class="story"><h1>{texts[0]}</h1><div class="text">{_p(texts[1:])}</div></div></div><div id="cookie-banner" role="dialog"><p>{_split(consent)[1]}</p><button>OK</button></div>{_FOOT}'
    return _page(lang, f"{texts[0]} | {SITE}", body)


def _described_post(lang: str, texts: list[str]) -> str:
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": texts[0],
        "datePublished": "2026-05-03T08:00:00+02:00",
        "author": {"@type": "Person", "name": "Jo Marten"},
    }
    body = f'{_TOP}<div id="__next"><section><h1>{texts[0]}</h1><span>Jo Marten</span>{_p(texts[1:])}</section></div>{_FOOT}'
    return _page(
        lang,
        texts[0],
        body,
        f'<link rel="canonical" href="{URL}"><script type="application/ld+json">{json.dumps(told)}</script>',
    )


def _microformat_post(lang: str, texts: list[str]) -> str:
    body = f'<div class="h-entry"><h2 class="p-name">{texts[0]}</h2><div class="e-content">{_p(texts[1:])}</div><time class="dt-published" datetime="2026-05-03T08:10:00+02:00">3.5.2026</time></div>'
    return _page(lang, f"{texts[0]} — {SITE}", body)


PARTS = ("tuning", "held_out", "written_last")


def list_wall_pages(part: str) -> Iterator[WallPage]:
    """Yield the pages of one part: walls, then articles, of its languages in the templates of that part.

    Languages that were written last come in the templates of the held-out part.
    """
    sentences = _load_sentences()
    parts = {lang: name for name in PARTS[1:] for lang in sentences[name]}
    for lang, told in sentences.items():
        if isinstance(told, dict) and parts.get(lang, PARTS[0]) == part:
            yield from _list_walls(lang, told, _TUNING if part == PARTS[0] else _HELD_OUT)
            yield from _list_articles(lang, told, held_out=part != PARTS[0])


def _list_walls(
    lang: str, told: dict[str, Any], templates: dict[str, dict[str, Template]]
) -> Iterator[WallPage]:
    headline, summary, *_ = _split(told["articles"][0])
    for kind, ways in templates.items():
        texts = _split(told[kind])
        listed = texts if kind == "paywall" else [headline, summary]
        for place, (name, template) in enumerate(ways.items()):
            entry = Entry(title=listed[0], summary=listed[1], link=URL) if place else None
            yield WallPage(kind, lang, name, template(lang, texts), entry)


def _list_articles(lang: str, told: dict[str, Any], *, held_out: bool) -> Iterator[WallPage]:
    more = _split(told["long"])
    for line in told["articles"]:
        texts = _split(line)
        entry = Entry(title=texts[0], summary=texts[1], link=URL)
        ways: list[tuple[str, Template, list[str], Entry | None]] = (
            [("beside_forms", _post_beside_forms, texts, None), ("described", _described_post, texts, entry), ("microformat", _microformat_post, texts + more, None)]
            if held_out
            else [("plain", _plain_post, texts, None), ("plain", _plain_post, texts, entry), ("wordpress", _wordpress_post, texts + more, None)]
        )  # fmt: skip
        for name, template, shown, said in ways:
            yield WallPage("article", lang, name, template(lang, shown), said)
