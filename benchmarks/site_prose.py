"""Writes articles for generated sites: prose of one language each, with the parts that a writer puts between paragraphs."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

KINDS = ("news", "long", "brief", "list", "recipe", "interview", "gallery", "live", "video")
_WEIGHTS = (60, 12, 8, 6, 3, 4, 3, 2, 2)
_WORDS = {
    "en": (
        (
            "The council",
            "A group of residents",
            "The harbour board",
            "Engineers",
            "Two farmers",
            "The museum",
            "The choir",
            "A start-up",
            "The bus operator",
            "The water company",
        ),
        (
            "has approved",
            "rejected",
            "will fund",
            "questioned",
            "postponed",
            "wants to expand",
            "is preparing",
            "has opened",
            "defended",
        ),
        (
            "a plan for the old bridge",
            "the river route",
            "a survey of empty shops",
            "the clock tower",
            "a second night bus",
            "letters from the mill",
            "a solar roof",
            "the wetlands",
            "a study of the tides",
            "the market hall",
        ),
        (
            "after months of debate",
            "although money is tight",
            "despite protests nearby",
            "before next summer",
            "because the lease ran out",
            "to the surprise of many",
            "by a narrow vote",
        ),
    ),
    "de": (
        (
            "Der Stadtrat",
            "Die Hafenbehörde",
            "Eine Gruppe von Anwohnern",
            "Das Museum",
            "Der Verkehrsbetrieb",
            "Die Feuerwehr",
            "Der Gesangverein",
        ),
        ("hat beschlossen", "verschiebt", "bezweifelt", "fördert", "erweitert", "prüft"),
        (
            "den Umbau der alten Brücke",
            "den Radweg am Fluss",
            "eine zweite Buslinie",
            "das Dach der Markthalle",
            "die Sanierung der Schule",
            "das Archiv der Mühle",
        ),
        (
            "nach langer Debatte",
            "obwohl das Geld knapp ist",
            "noch vor dem Sommer",
            "trotz vieler Einwände",
            "mit knapper Mehrheit",
        ),
    ),
    "fr": (
        (
            "Le conseil municipal",
            "Un groupe de riverains",
            "Le musée",
            "La régie des bus",
            "Les pompiers",
            "La chorale",
        ),
        ("a approuvé", "reporte", "conteste", "veut agrandir", "prépare", "finance"),
        (
            "le projet du vieux pont",
            "la piste le long du fleuve",
            "une seconde ligne de nuit",
            "la toiture du marché",
            "les archives du moulin",
        ),
        (
            "après des mois de débats",
            "malgré le manque d’argent",
            "avant l’été prochain",
            "à une courte majorité",
            "au grand dam des voisins",
        ),
    ),
    "ja": (
        ("市議会は", "住民団体は", "港湾局は", "博物館は", "バス会社は", "消防署は"),
        (
            "古い橋の改修を",
            "川沿いの道を",
            "夜間バスの増便を",
            "市場の屋根を",
            "学校の再建を",
            "工場の跡地を",
        ),
        (
            "来年の夏までに",
            "長い議論の末に",
            "予算が足りないものの",
            "反対の声がある中で",
            "専門家の意見を受けて",
        ),
        ("承認した。", "延期した。", "検討している。", "始めると発表した。", "見直すことを決めた。"),
    ),
}
_NAMES = {
    "en": (
        "Mara Ellison",
        "Tobias Renn",
        "Ida Kovach",
        "Samuel Orde",
        "Lena Farrow",
        "Amara Diallo",
        "Piet Hollander",
    ),
    "de": ("Jutta Brenner", "Karl Osterwald", "Miriam Seidel", "Henning Vogt"),
    "fr": ("Claire Bonnard", "Luc Chastain", "Amélie Ferrand", "Yves Moreau"),
    "ja": ("佐藤美咲", "高橋健一", "中村陽子", "伊藤大輔"),
}
PLACES = (
    "Aldwick",
    "Brenmoor",
    "Castell",
    "Dunhaven",
    "Eastmere",
    "Fallowby",
    "Gresham",
    "Iverton",
    "Jarnfield",
    "Kelderby",
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an article: `p`, `h2`, `quote`, `ul`, `ol`, `table`, `steps`, `update`, `question`; lines of it."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """An article as its writer wrote it."""

    number: int
    kind: str
    lang: str
    title: str
    author: str
    summary: str
    parts: tuple[Part, ...]

    @property
    def gold(self) -> str:
        return "\n".join(line for part in self.parts for line in part.lines)


def sentence_writer(lang: str, rng: Random) -> Callable[[], str]:
    """Give what writes sentences of a language; each has a number or name of its own, so that hardly two are alike."""
    one, two, three, four = _WORDS[lang]

    def write() -> str:
        a, b, c, d = rng.choice(one), rng.choice(two), rng.choice(three), rng.choice(four)
        if lang == "ja":
            return f"{rng.choice(PLACES)}の{a}{c}、{rng.randint(2, 9800)}人が利用する{b}{d}"
        turn = rng.randrange(4)
        if turn == 0:
            return (
                f"“{a} in {rng.choice(PLACES)} {b} {c},” {rng.choice(_NAMES[lang])}, {rng.randint(18, 84)}."
            )
        if turn == 1:
            return f"{d[0].upper()}{d[1:]}, {a[0].lower()}{a[1:]} {b} {c} ({rng.randint(2, 980)})."
        return f"{a} ({rng.choice(PLACES)}) {b} {c} {d}, {rng.randint(100, 9999)}."

    return write


def write_article(number: int, lang: str, rng: Random, kind: str | None = None) -> Written:
    """Write one article."""
    kind = kind or rng.choices(KINDS, _WEIGHTS)[0]
    sentence = sentence_writer(lang, rng)

    def paragraph(least: int = 1, most: int = 4) -> str:
        return ("" if lang == "ja" else " ").join(sentence() for _ in range(rng.randint(least, most)))

    def short() -> str:
        words = sentence()
        return words[:24].rstrip("、。") if lang == "ja" else " ".join(words.split()[:5]).strip(".,“”(")

    def p(count: int) -> list[Part]:
        return [Part("p", (paragraph(),)) for _ in range(count)]

    sizes = {"long": (14, 26), "brief": (2, 3), "gallery": (3, 4), "video": (2, 4)}
    parts = p(rng.randint(*sizes.get(kind, (5, 11))))
    if kind in ("news", "long"):
        for odds, made in (
            (0.4, lambda: Part("h2", (short(),))),
            (0.2, lambda: Part("quote", (sentence(),))),
            (0.15, lambda: Part("ul", tuple(sentence() for _ in range(rng.randint(2, 5))))),
            (0.06, lambda: Part("ol", tuple(sentence() for _ in range(3)))),
            (0.06, lambda: Part("table", tuple(f"{short()}|{rng.randint(3, 900)}" for _ in range(3)))),
        ):
            for _ in range(3 if kind == "long" else 1):
                if rng.random() < odds:
                    parts.insert(rng.randint(1, len(parts) - 1), made())
    elif kind == "list":
        parts = p(1) + [part for _ in range(rng.randint(4, 8)) for part in (Part("h2", (short(),)), *p(1))]
    elif kind == "recipe":
        parts = [
            *p(2),
            Part("ul", tuple(f"{rng.randint(1, 9)} × {short()}" for _ in range(6))),
            Part("ol", tuple(sentence() for _ in range(5))),
            *p(1),
        ]
    elif kind == "interview":
        parts = p(1) + [
            part for _ in range(6) for part in (Part("question", (sentence().rstrip(".。") + "?",)), *p(1))
        ]
    elif kind == "live":
        parts = p(1) + [
            part
            for hour in range(6)
            for part in (Part("update", (f"{9 + hour}:{rng.randint(10, 59)}",)), *p(2))
        ]
    first = parts[0].lines[0]
    summary = rng.choice((first, sentence(), f"{sentence()} {sentence()}"))
    return Written(
        number,
        kind,
        lang,
        f"{short()}: {short()} {1900 + number}",
        rng.choice(_NAMES[lang]),
        summary,
        tuple(parts),
    )
