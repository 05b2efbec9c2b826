"""Is it an article? Decide by named signs, so that walls, challenges and index pages stay out of the stream."""

import re

from lxml.html import HtmlElement

from worker.blocks import Block
from worker.page import Page, Rejected

_BINARY = {
    b"%PDF-": "pdf",
    b"\x89PNG": "binary",
    b"\xff\xd8\xff": "binary",
    b"GIF8": "binary",
    b"RIFF": "binary",
    b"PK\x03\x04": "binary",
    b"\x1f\x8b": "binary",
    b"\x00\x00\x00": "binary",
    b"ID3": "binary",
    b"OggS": "binary",
    b"\x7fELF": "binary",
    b"wOF": "binary",
}
_HTML_TYPES = ("html", "xml", "text/plain", "octet-stream")
_MARKUP = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|meta|title|div|p|article|section|table|span|h1)\b", re.IGNORECASE
)
_FEED = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE | re.DOTALL
)

_CHALLENGE = re.compile(
    r"just a moment|attention required|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|"
    r"are you a (?:human|robot)|access (?:to this page has been )?denied|enable javascript and cookies to continue|"
    r"pardon our interruption|ddos protection|request unsuccessful|unusual traffic|complete the security check|captcha|"
    r"please wait while we (?:verify|check)|one more step|bot verification|security check",
    re.IGNORECASE,
)
_CHALLENGE_MARKS = (
    b"cf-challenge",
    b"challenge-platform",
    b"_cf_chl_opt",
    b"captcha-delivery",
    b"px-captcha",
    b"g-recaptcha",
    b"h-captcha",
    b"_Incapsula_Resource",
    b"awswaf",
    b"datadome",
)
_CONSENT = re.compile(
    r"before you continue|we value your privacy|your privacy choices|privacy settings|cookie consent|consent|"
    r"wir (?:und unsere partner )?(?:verwenden|benötigen) .{0,40}(?:cookies|zustimmung)|datenschutzeinstellungen|"
    r"we (?:and our (?:\d+ )?partners )?(?:use|store) .{0,40}cookies|nous utilisons .{0,40}cookies|utilizamos cookies|"
    r"informativa .{0,30}cookie|vos choix .{0,40}cookies|cookies? (?:settings|policy|preferences)|accept all cookies",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"^(?:log ?in|sign ?in|log ?on|login required|please (?:log|sign) in|anmelden|einloggen|se connecter|connexion|"
    r"iniciar sesión|entrar|accedi|zaloguj|войти|вход|увійти|вхід|giriş|تسجيل الدخول|登录|ログイン|로그인)\b",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"subscribe (?:now )?to (?:continue|read|keep)|to (?:continue|keep) reading|this (?:article|content|story) is (?:for|only available to|reserved for) "
    r"(?:our )?(?:subscribers|members)|already a subscriber|subscribers? only|exclusive to subscribers|unlock this article|"
    r"register to (?:continue|read)|create (?:a|your) free account to|article réservé (?:à nos|aux) abonnés|réservé aux abonnés|"
    r"weiterlesen mit|jetzt weiterlesen|mit .{2,30}abo|nur für abonnenten|contenido exclusivo para suscriptores|"
    r"suscríbete para (?:seguir|continuar)|contenuto riservato agli abbonati|abbonati per (?:leggere|continuare)|"
    r"conteúdo exclusivo para assinantes|dostęp .{0,20}dla (?:prenumeratorów|subskrybentów)|только для подписчиков",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"page (?:not found|can'?t be found|cannot be found|does ?n[o']t exist|no longer (?:exists|available))|\b404\b|"
    r"not found$|(?:article|story|page) (?:is )?(?:not available|unavailable|no longer available|has been removed)|"
    r"seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada|página não encontrada|"
    r"pagina non trovata|nie znaleziono strony|страница не найдена|сторінку не знайдено|sayfa bulunamadı|الصفحة غير موجودة|页面不存在|ページが見つかりません|페이지를 찾을 수 없습니다",
    re.IGNORECASE,
)
_SHORT = 600
_STUB = 1500


def not_html(page: Page) -> Rejected | None:
    """Reject what is no HTML by its first bytes and its Content-Type, before it is parsed."""
    head = page.body[:1024].lstrip()
    if not page.body.strip(b"\x00 \t\r\n\x0c"):
        return Rejected("empty", "no bytes")
    for magic, outcome in _BINARY.items():
        if head.startswith(magic) or page.body.startswith(magic):
            return Rejected(outcome)
    kind = (page.content_type or "").lower().split(";")[0].strip()
    if kind == "application/pdf":
        return Rejected("pdf")
    if _FEED.match(page.body[:2048]):
        return Rejected("not_html", "a feed")
    markup = _MARKUP.search(page.body[:65_536]) is not None
    if kind and not any(word in kind for word in _HTML_TYPES) and not markup:
        return Rejected("not_html", kind)
    if b"\x00" in page.body[:4096] and not markup and not page.body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Rejected("binary")
    return None if markup or b"\x00" in page.body[:64] else Rejected("not_html", kind or "no markup")


def judge(
    page: Page, tree: HtmlElement, title: str | None, text: str, blocks: list[Block], *, free: bool | None
) -> Rejected | None:
    """Judge a page by its title and the text that was found; None when nothing speaks against an article."""
    window = " ".join((tree.findtext(".//title") or "").split())
    head = f"{window}\n{title or ''}"
    size = len(text)
    if size < _STUB and _is_challenge(page, head, text):
        return Rejected("challenge", window[:80])
    if size < _SHORT and (_MISSING.search(head) or (size < _SHORT // 3 and _MISSING.search(text))):
        return Rejected("not_found", window[:80])
    if size < _STUB and _is_login(tree, head, text):
        return Rejected("login", window[:80])
    if size < _STUB and (_CONSENT.search(window) or (_CONSENT.search(text[:300]) and _consent_share(text))):
        return Rejected("consent", window[:80])
    if size < _STUB and _is_paywalled(text, blocks, free=free):
        return Rejected("paywall", f"{size} characters before the wall")
    if not text.strip():
        return Rejected("empty", "no text found")
    return _index(page, blocks, text)


def _is_challenge(page: Page, head: str, text: str) -> bool:
    marked = any(mark in page.body[:200_000] for mark in _CHALLENGE_MARKS)
    said = _CHALLENGE.search(head) is not None
    return (said and len(text) < _SHORT) or (marked and _CHALLENGE.search(text[:400]) is not None)


def _is_login(tree: HtmlElement, head: str, text: str) -> bool:
    password = tree.xpath('boolean(//input[translate(@type, "PASWORD", "pasword")="password"])')
    said = any(_LOGIN.search(line) for line in head.split("\n")) or _LOGIN.search(text[:80]) is not None
    return bool(said and (password or len(text) < _SHORT)) or bool(password and len(text) < _SHORT // 3)


def _consent_share(text: str) -> bool:
    words = re.findall(
        r"cookie|consent|privacy|partner|zustimmung|datenschutz|einwilligung|consentement",
        text,
        re.IGNORECASE,
    )
    return len(words) >= 3  # noqa: PLR2004


def _is_paywalled(text: str, blocks: list[Block], *, free: bool | None) -> bool:
    said = _PAYWALL.search(text) is not None or any(
        len(block.text) < 200 and _PAYWALL.search(block.text)
        for block in blocks  # noqa: PLR2004
    )
    return said and (free is False or len(text) < _SHORT)


def _index(page: Page, blocks: list[Block], text: str) -> Rejected | None:
    """A page that is mostly headlines that link elsewhere: a front page, a topic, an archive."""
    path = page.url.split("://", 1)[-1].partition("/")[2].split("?")[0].strip("/")
    long = sum(len(block.text) for block in blocks if block.linked < 0.3 and len(block.text) >= 120)  # noqa: PLR2004
    linked = sum(1 for block in blocks if block.linked > 0.85)  # noqa: PLR2004
    if linked >= 15 and long < 600 and long * 3 < len(text):  # noqa: PLR2004
        return Rejected("index", f"{linked} links, {long} characters of text")
    if not path and linked >= 10 and long < 1500:  # noqa: PLR2004
        return Rejected("index", "a front page")
    return None
