"""Rewrites a date to the order of a known form, before it is parsed: digits, signs, weekday, place. Pure."""

import re

from scheduler.field_values.date_words import MONTHS, WEEKDAYS

_MAX_DATE_CHARS = 120
"""Characters of a date without its markup; bounds what the patterns run over."""
_MAX_READ_CHARS = 1000
"""Characters of a date that are read, its markup included."""
_TIME_ELEMENT = re.compile(r"<time\b[^<>]{0,400}?\sdatetime\s*=\s*[\"']?([^\"'<>]{4,60})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,400}>")
_COMMA = re.compile(r"\s?,(?<!:\d\d,)")
"""A comma, but not that of a fraction of a second."""
_LABEL = re.compile(r"(?:[^\W\d_]{3,15}\s){0,2}[^\W\d_]{3,15}\s?:\s(?=.*\d{4})")
_SAYING = re.compile(
    r"^(?:last )?(?:posted|published|created|updated|modified|added|veröffentlicht|erstellt|aktualisiert"
    r"|publié|créé|mis à jour|publicado|creado|actualizado|atualizado|pubblicato|aggiornato|geplaatst"
    r"|gepubliceerd|publicerad|publisert|julkaistu|opublikowano|опубликовано|обновлено)(?:\s(?:on|at|am|vom|le|el|em|il|op|den))?\s(?=\S)",
    re.IGNORECASE,
)
"""What says of a date that it is one of publication, without a colon."""
_CLOCK = r"\d{1,2}[:h]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?"
_PLAINER = (
    (re.compile(r"[\u2010-\u2015\u2212]"), "-"),
    (re.compile(r"(\d)\s?[時点时시]\s?(\d{2})\s?[分분]\s?(\d{2})\s?[秒초]"), r"\1:\2:\3"),
    (re.compile(r"(\d)\s?[時点时시]\s?(\d{2})\s?[分분]"), r"\1:\2"),
    (re.compile(r"(\d)\.\slistopada(?=\s)", re.IGNORECASE), r"\1 october"),  # Croatian; in Polish no ordinal
    (re.compile(r"\s[|\u2022\u00b7](?=\s)"), " "),
    (re.compile(r"(\d{4})\s(?:г|года|р|року|r|roku)(?:\.|(?=$|[\s,]))"), r"\1"),  # noqa: RUF001
    (re.compile(r"^(\d{4})\sm\.\s(\S+)\s(\d{1,2})\sd\.", re.IGNORECASE), r"\3 \2 \1"),
    (re.compile(r"^(\d{4})\.\s?gada\s(\d{1,2})\.\s?(\S+)", re.IGNORECASE), r"\2 \3 \1"),
    (re.compile(r"(?<=.{3}\d{4})\.(?=$|\s)"), ""),
    (
        re.compile(
            r",?\s(?:o )?(?:pukul|jam|godz\.|godzin[aie]{1,2}|klockan|klokken)\s(?=\d{1,2}[:.])",
            re.IGNORECASE,
        ),
        " ",
    ),
    (re.compile(r"(\d{1,2}:\d{2})\suur$", re.IGNORECASE), r"\1"),
    (re.compile(r"^(\d{4}-\d\d-\d\d)[T_](\d\d)[:-](\d\d)[:-](\d\d)(?=$|[\sZ.,+-])"), r"\1T\2:\3:\4"),
    (re.compile(r"\((?:[月火水木金土日一二三四五六]|[월화수목금토일])\)"), " "),
    (re.compile(r"(\d[日일])\s?(?:[月火水木金土日]曜日?|星期[一二三四五六日天]|周[一二三四五六日])"), r"\1 "),
    (
        re.compile(
            r"^(?:(?:thứ \w{2,4}|chủ nhật), )?(?:ngày )?(\d{1,2}) tháng (\d{1,2})(?:,| năm)? (\d{4})",
            re.IGNORECASE,
        ),
        r"\1.\2.\3",
    ),
    (
        re.compile(r"^(?:thứ \w{2,4}|chủ nhật|t[2-7]|cn), (\d{1,2})/(\d{1,2})/(\d{4})", re.IGNORECASE),
        r"\1.\2.\3",
    ),  # Vietnamese, the day first
    (
        re.compile(
            r"^(?:(?:thứ \w{2,4}|chủ nhật|t[2-7]|cn), )?(\d{1,2}) thg (\d{1,2}),? (\d{4})", re.IGNORECASE
        ),
        r"\1.\2.\3",
    ),
    (re.compile(r"(\d) \((GMT|UTC)([+-]\d{1,2}(?::?\d\d)?)\)$"), r"\1 \2\3"),
    (re.compile(r"\b([ECMP])ST\d\1DT$"), r"\1T"),  # POSIX's name of a zone with summer time
    (re.compile(r"(كانون|تشرين) (الأول|الثاني)"), r"\1_\2"),
    (
        re.compile(r"^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d) ((?:0\d|1[0-4]):?[0-5]\d)$"),
        r"\1+\2",
    ),  # + as a space of a query
    (re.compile(r"^(\d{4})(\d\d)(\d\d)[T\s_-]?(\d\d)(\d\d)(\d\d)?(?=$|[\sZ.,+-])"), r"\1-\2-\3T\4:\5:\6"),
    (re.compile(r"^(\d{4}-\d\d-\d\d)[T\s](\d\d)(\d\d)(\d\d)?(?=$|[\sZ.,+-])"), r"\1T\2:\3:\4"),
    (re.compile(r"^((?:\d{4}-?W\d\d-?\d|\d{4}-\d{3}))T(\d\d)(\d\d)(\d\d)?(?=$|[\sZ.,+-])"), r"\1T\2:\3:\4"),
    (re.compile(r"^(\d{4})(\d{3})T(\d\d):?(\d\d):?(\d\d)?"), r"\1-\2T\3:\4:\5"),
    (re.compile(r":(?=$|[\sZ.,+-])"), ""),
    (re.compile(r"^(19|20)(\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])$"), r"\1\2-\3-\4"),
    (re.compile(r"(\d[+-]\d\d:?\d\d)Z$"), r"\1"),  # an offset, and Z behind it
    (re.compile(r"\s-\s(?=\d{1,2}[:.h]\d\d)"), " "),  # a dash before the time
    (
        re.compile(rf"^({_CLOCK}),?(?:\son)?\s(?=.{{6}})(?!GMT|UTC|[ap]\.?m)(.*\d{{4}}.*)$", re.IGNORECASE),
        r"\2 \1",
    ),
    (
        re.compile(
            r"^(?:\w{3},? )?(\w{3}) {1,2}(\d{1,2}) (\d[\d:]{3,7}) (?:([A-Z]{1,5}|[+-]\d{2}:?\d{2}) )?(\d{4})$"
        ),
        r"\2 \1 \5 \3 \4",
    ),  # C's and Java's
    (re.compile(r"(?<=\d)\s?\[[A-Za-z/_+-]{1,40}\]$"), ""),  # Java's place behind an offset
)
"""Writings that are brought to the order of one of the forms."""
_BRACKETED_PLACE = re.compile(
    r"(?<![+-]\d\d:\d\d)(?<!Z)\[([A-Z][A-Za-z]{1,20}(?:/[A-Z][A-Za-z_]{1,30}){1,2})\]$"
)
_BUDDHIST = re.compile(r"(?:พ\.ศ\.\s?|(?<=[\u0e00-\u0e7f]\s))(2[45]\d\d)(?!\d)")
_BUDDHIST_OFFSET_YEARS = -543
"""Years to add to one of the Buddhist era, as Thai sites write them."""
_ERA = re.compile(r"(令和|民國|民国)\s?(元|\d{1,3})\s?年")
_ERA_BEGIN = {"令和": 2018, "民國": 1911, "民国": 1911}
_PLACE = re.compile(r"\s([A-Z][A-Za-z]{1,20}(?:/[A-Z][A-Za-z_]{1,30}){1,2})$")
_FIRST_WORDS = re.compile(r"([^\W\d_]+(?:[-'\u2019][^\W\d_]+)?)(?:\.?,\s?|\.?\s)(?=\S)")


def normalize_date(text: str) -> tuple[str, int | None, str | None]:
    """Return a date's text in a plainer form, the weekday it names (0: Monday), and the place of its zone."""
    text = text[:_MAX_READ_CHARS]
    element = _TIME_ELEMENT.search(text) if "<" in text else None
    text = element[1] if element else _TAG.sub(" ", text) if "<" in text else text
    text = " ".join(_COMMA.sub(", ", _write_digits(text)).split())[:_MAX_DATE_CHARS]
    text = _ERA.sub(lambda era: f"{_ERA_BEGIN[era[1]] + int(era[2].replace('元', '1'))}年", text)
    text = _BUDDHIST.sub(lambda year: str(int(year[1]) + _BUDDHIST_OFFSET_YEARS), text)
    text = _SAYING.sub("", _LABEL.sub("", text, count=1))
    text, weekday = _take_weekday(text)
    bracketed = _BRACKETED_PLACE.search(text)
    if bracketed:
        text = f"{text[: bracketed.start()]} {bracketed[1]}"
    for odd, plainer in _PLAINER:
        text = odd.sub(plainer, text)
    text = " ".join(text.split())
    place = _PLACE.search(text)
    return (text[: place.start()] if place else text), weekday, place[1] if place else None


def _take_weekday(text: str) -> tuple[str, int | None]:
    """Take a weekday's name off a date; a word that is a month's as well stays where a day follows."""
    first = _FIRST_WORDS.match(text)
    if first is None:
        before, _, last = text.rpartition(" ")
        known = last.lower() in WEEKDAYS and before
        return (before.rstrip(","), WEEKDAYS[last.lower()]) if known else (text, None)
    word = first[1].lower()
    rest = text[first.end() :]
    if word not in WEEKDAYS or (
        word in MONTHS and "," not in first[0] and re.match(r"\d{1,2}\D", rest) is None
    ):
        return text, None
    if word in MONTHS and re.match(r"\d{1,2},? \d{4}", rest):  # "mar 5, 2026" has no other month
        return text, None
    return rest, WEEKDAYS[word]


def _write_digits(text: str) -> str:
    """Write the digits of all scripts as ASCII ones, and full-width signs as narrow ones."""
    if text.isascii():
        return text
    return "".join(
        str(int(sign)) if sign.isdecimal() and not sign.isascii() else _NARROW.get(sign, sign)
        for sign in text
    )


_NARROW = {
    "\uff1a": ":", "\uff0f": "/", "\uff0e": ".", "\uff0d": "-", "\uff0c": ",", "\u3000": " ",
    "\uff08": "(", "\uff09": ")", "\u200e": "", "\u200f": "",
}  # fmt: skip
"""Full-width signs, and marks of direction."""
