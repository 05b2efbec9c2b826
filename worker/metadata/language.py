"""Decides a page's language: as declared, else detected from its text, where no other is as likely."""

# ruff: noqa: E501, RUF001  the table reads better a line each; its words are of many scripts

import re
from collections import Counter
from functools import lru_cache

from worker.metadata.page_declarations import PageHead

_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_NO_LANGUAGE = frozenset(("und", "mul", "zxx", "mis", "xx"))
_MIN_FOREIGN_LETTERS = 8
"""Letters of another script from which a title shows its language; fewer are a name."""
_SCRIPTS = {
    # In a title the first counts that it has a letter of: those that distinguish a language from others of its script.
    "ja": re.compile(r"[\u3041-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7a3]"),
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "ur": re.compile(r"[ٹڈڑںےہ]"),
    "fa": re.compile(r"[پچژگ]"),
    "ar": re.compile(r"[\u0620-\u064a]"),
    "he": re.compile(r"[\u05d0-\u05ea]"),
    "hi": re.compile(r"[\u0905-\u0939]"),
    "bn": re.compile(r"[\u0985-\u09b9]"),
    "pa": re.compile(r"[\u0a05-\u0a39]"),
    "gu": re.compile(r"[\u0a85-\u0ab9]"),
    "te": re.compile(r"[\u0c05-\u0c39]"),
    "kn": re.compile(r"[\u0c85-\u0cb9]"),
    "ml": re.compile(r"[\u0d05-\u0d3a]"),
    "si": re.compile(r"[\u0d85-\u0dc6]"),
    "km": re.compile(r"[\u1780-\u17b3]"),
    "my": re.compile(r"[\u1000-\u102a]"),
    "ta": re.compile(r"[\u0b85-\u0bb9]"),
    "th": re.compile(r"[\u0e01-\u0e2e]"),
    "ka": re.compile(r"[\u10d0-\u10fa]"),
    "hy": re.compile(r"[\u0531-\u0586]"),
    "uk": re.compile(r"[іїєґІЇЄҐ]"),
    "ru": re.compile(r"[ыэёЫЭЁ]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
}
"""Letters by which a language is recognized."""
_LONE_SCRIPTS = (
    *("ko", "th", "el", "he", "ka", "hy", "ta", "bn"),
    *("pa", "gu", "te", "kn", "ml", "si", "km", "my"),
)
"""Languages that have a script of their own."""
_LETTER = re.compile(r"[^\W\d_]")
_MAX_SAMPLE_CHARS = 2000
"""Characters of a text that are read: more do not change the result, and cost time."""
_WORD = re.compile(r"[^\W\d_]+")
_MAX_CONFIRMING_CHARS = 600
"""Characters that suffice to confirm a declared language: the usual case stays cheap."""
_MIN_WORDS = 20
"""Words from which the common ones of a language show in a text."""
_MIN_LETTERS = 20
"""Letters from which a script of its own shows a language."""
_MIN_FREQUENT_SHARE = 0.08
"""Share of a text's words that the common ones of its language have at least."""
_MIN_LEAD = 1.4
"""Factor by which the first language must lead the second; less leaves the language open."""
_MIN_CONTRADICTING_LEAD = 3.0
"""Factor by which it must lead the language that the page declares."""
_MIN_CONFIRMED_SHARE = 0.25
"""Share of its own common words from which a declared language is not questioned."""
_MIN_CONTRADICTING_WORDS = 40
"""Words from which a text may contradict what the page declares: more than where it declares none."""
_MIN_SCRIPT_SHARE = 0.6
"""Share of letters in one script from which the text is in a language of it; others are names."""
_HAN = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
_ARABIC = re.compile(r"[\u0620-\u06ff]")
_MIN_KANA_SHARE = 0.1
"""Share of kana among the letters from which a text with Han is Japanese; Chinese has none."""
_FREQUENT = {
    "en": "the of and to in is that for was with as on it by at from are this be have has not his they he but were an",
    "de": "der die und das den von zu mit sich ist des im auf für nicht ein eine dem als auch wird aus bei nach hat sie",
    "fr": "le la les de des et du en un une est que dans qui pour par sur au pas plus ce avec il sont ont cette mais été",
    "es": "el la los de que y en un una las del se por con para su al es lo como más pero sus ha fue este según",
    "pt": "o a os de que e do da em um uma para não com os no na por mais as dos como se foi ao mas à são pelo",
    "it": "il di che e la in un una per del della non con i le dei sono si da al è alla anche gli nel più ha",
    "nl": "de het een van en in is dat op te voor met zijn niet aan er die om ook als bij naar door maar werd",
    "sv": "och att det i som en på är av för med den till inte har de ett om var från när men också",
    "da": "og at det i en er til af på for med den der som ikke har de et om var fra blev også efter",
    "nb": "og det i en er til av på for med den som ikke har de et om var fra at ble også etter han",
    "fi": "ja on ei se että oli hän mutta myös kun ovat joka sen mukaan kuin ole jos vuonna tai hänen",
    "pl": "i w na z do nie się że jest to o jak po przez od za dla który ale są tym oraz był było",
    "cs": "a v se na je že s z do o to i pro ale by jako za po který podle jsou byl ve také",
    "sk": "a v sa na je že s z do o to aj pre ale by ako za po ktorý podľa sú bol vo tiež",
    "hu": "a az és hogy nem is egy meg volt van mint ez csak már de ha el még szerint lehet",
    "ro": "și de în a la cu pe nu că o un din care pentru mai este se sunt al fost sau ale",
    "tr": "ve bir bu da de için ile olarak çok daha olan gibi sonra en ne kadar göre ise",
    "id": "yang dan di dari untuk dengan ini itu pada tidak dalam akan juga ke adalah oleh telah",
    "vi": "và của là các có trong được cho một với người không những đã để này khi từ",
    "hr": "i u je da se na su za od s o koji a to kao ne će iz bi ali sam nije",
    "ru": "и в не на что с по он к но из за от как это для о его был до все при также",
    "uk": "і в не на що з до за як від та у для це але про його був є який також",
    "bg": "и на в да за от се не с че по са е като до но при след това които ще",
}
_FREQUENT_SETS = {lang: frozenset(words.split()) for lang, words in _FREQUENT.items()}
_ALIKE = {"no": "nb", "nn": "nb", "bs": "hr", "sr": "hr", "ms": "id", "in": "id", "iw": "he", "mo": "ro"}
"""Codes and languages so near to one above that their texts do not contradict it."""
_CYRILLIC = (("be", re.compile("ў"), 2), ("uk", re.compile("[іїєґ]"), 3), ("ru", re.compile("[ыэё]"), 2))
"""Letters that one language has of those written in Cyrillic letters, and how many identify it."""
_DEVANAGARI = (("mr", re.compile("आहे|आणि|मध्ये")), ("ne", re.compile("हरू|भएको|गरेको|छन्")))
"""Words that one language has of those written in Devanagari, Hindi aside."""
_CYRILLIC_LETTER = re.compile(r"[\u0400-\u04ff]")


def read_lang(head: PageHead) -> str | None:
    """Return the language as two or three letters, lower case.

    What the page declares; the feed; the script of title and description, where that is of one language.
    """
    told = read_declared_lang(head) or (_read_code(head.entry.lang) if head.entry else None)
    return told or _by_script(f"{head.window} {head.first('description', 'og:description') or ''}")


def read_declared_lang(head: PageHead) -> str | None:
    """Return the language that the page itself declares: `<html lang>`; og:locale and metas; JSON-LD."""
    root = head.tree.getroottree().getroot()
    jsonld_lang = head.jsonld.get("inLanguage")
    jsonld_lang = jsonld_lang.get("alternateName") if isinstance(jsonld_lang, dict) else jsonld_lang
    for value in (
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
        head.first("og:locale", "content-language", "dc.language", "language"),
        jsonld_lang if isinstance(jsonld_lang, str) else None,
    ):
        if code := _read_code(value):
            return code
    return None


def _read_code(value: str | None) -> str | None:
    """Read a language's code without its region; None where there is none, or one that names no language."""
    if not value or not _CODE.fullmatch(value.strip()):
        return None
    code = re.split("[-_]", value.strip().lower())[0]
    return code if code not in _NO_LANGUAGE else None


def _by_script(text: str) -> str | None:
    """Recognize the language by letters that no other language of weight shares; None for Latin script."""
    letters = [char for char in text if _LETTER.match(char)]
    foreign = [char for char in letters if char > "\u0370"]
    if len(foreign) < _MIN_FOREIGN_LETTERS or len(foreign) * 2 < len(letters):
        return None
    joined = "".join(foreign)
    return next((lang for lang, script in _SCRIPTS.items() if script.search(joined)), None)


def choose_language(declared: str | None, text: str) -> str | None:
    """Return the language that a page declares, or its text's where it declares none or the text contradicts it.

    It contradicts by another script, or where the common words of another language are three times as many
    as those of the declared one. A language that is not known here is never contradicted within its script.
    """
    sample = text[:_MAX_SAMPLE_CHARS]
    if declared is None:
        return detect_language(sample)
    own = _ALIKE.get(declared, declared)
    if own in _FREQUENT and _measure_one(sample, own) >= _MIN_CONFIRMED_SHARE:
        return declared
    script = _detect_by_script(sample)
    if own in _FREQUENT or own in _ONE_SCRIPT:
        if script is not None:
            return declared if script in _same_script(own) else script
        found = detect_language(sample)
        if found is not None and found != own and _is_contradicted(own, found, sample):
            return found
    return declared


def detect_language(text: str) -> str | None:
    """Detect the language of a text's first 2,000 characters; None where two are as likely, or none is."""
    sample = text[:_MAX_SAMPLE_CHARS]
    if (by_script := _detect_by_script(sample)) is not None:
        return by_script
    words, shares = _measure(sample)
    ranked = sorted(shares.items(), key=lambda entry: -entry[1])
    if words < _MIN_WORDS or ranked[0][1] < _MIN_FREQUENT_SHARE:
        return None
    return ranked[0][0] if ranked[0][1] >= _MIN_LEAD * ranked[1][1] else None


def _is_contradicted(own: str, found: str, sample: str) -> bool:
    words, shares = _measure(sample)
    return words >= _MIN_CONTRADICTING_WORDS and shares[found] >= _MIN_CONTRADICTING_LEAD * shares.get(
        own, 0.0
    )


@lru_cache(maxsize=4)
def _measure(sample: str) -> tuple[int, dict[str, float]]:
    """Measure which share of a text's words is common in each language; with how many words there are."""
    words = Counter(_WORD.findall(sample.lower()))
    count = words.total()
    size = max(count, 1)
    different = set(words)
    shares = {
        lang: sum(words[word] for word in frequent & different) / size
        for lang, frequent in _FREQUENT_SETS.items()
    }
    return count, shares


def _measure_one(sample: str, lang: str) -> float:
    words = _WORD.findall(sample[:_MAX_CONFIRMING_CHARS].lower())
    return sum(map(_FREQUENT_SETS[lang].__contains__, words)) / max(len(words), 1)


_ONE_SCRIPT = frozenset((*_LONE_SCRIPTS, "ja", "zh", "ar", "fa", "ur", "hi", "mr", "ne"))


def _same_script(own: str) -> tuple[str, ...]:
    """List the languages that a script may be taken for when a text is of this one."""
    for group in (("ja", "zh"), ("ar", "fa", "ur"), ("ru", "uk", "bg"), ("hi", "mr", "ne")):
        if own in group:
            return group
    return (own,)


def _detect_by_script(sample: str) -> str | None:
    """Recognize a language with a script of its own by most of the letters; kana part Japanese from Chinese."""
    letters = "".join(_WORD.findall(sample))
    if len(letters) < _MIN_LETTERS or letters.isascii():
        return None
    least = len(letters) * _MIN_SCRIPT_SHARE
    if len(_HAN.findall(letters)) >= least:
        return "ja" if len(_SCRIPTS["ja"].findall(letters)) >= len(letters) * _MIN_KANA_SHARE else "zh"
    if len(_CYRILLIC_LETTER.findall(letters)) >= least:
        lower = letters.lower()
        return next((lang for lang, own, count in _CYRILLIC if len(own.findall(lower)) >= count), None)
    if len(_ARABIC.findall(letters)) >= least:
        return next((lang for lang in ("ur", "fa") if _SCRIPTS[lang].search(letters)), "ar")
    if len(_SCRIPTS["hi"].findall(letters)) >= least:
        return next((lang for lang, own in _DEVANAGARI if own.search(sample)), "hi")
    return next((lang for lang in _LONE_SCRIPTS if len(_SCRIPTS[lang].findall(letters)) >= least), None)
