"""Makes gold for stories: texts of its own, what newsrooms do to a text, and other texts on the same event.

All of it follows from a seed. Nothing here comes from a publisher.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

_NAMES = [
    "Harbek",
    "Tollin",
    "Marsanne",
    "Oduya",
    "Pell",
    "Quist",
    "Rahmani",
    "Silveira",
    "Tamsin",
    "Ulrich",
    "Vance",
    "Wexley",
    "Yarrow",
    "Zeller",
]
_TOWNS = [
    "Eastmere",
    "Holding",
    "Brackwater",
    "Casterby",
    "Dunlow",
    "Farrow",
    "Grenwick",
    "Ashgate",
    "Kestrel",
    "Lowick",
    "Millport",
]
_THINGS = [
    "bridge",
    "harbour",
    "market",
    "school",
    "library",
    "hospital",
    "railway",
    "reservoir",
    "stadium",
    "museum",
    "airport",
    "refinery",
    "theatre",
    "tunnel",
    "quarry",
    "orchard",
    "shipyard",
    "terminal",
    "archive",
    "dam",
]
_NOUNS = [
    "council",
    "budget",
    "report",
    "inquiry",
    "vote",
    "plan",
    "deal",
    "strike",
    "permit",
    "tender",
    "survey",
    "hearing",
    "grant",
    "loan",
    "audit",
    "contract",
    "route",
    "engine",
    "roof",
    "wall",
    "pump",
    "signal",
    "record",
    "witness",
    "letter",
    "meeting",
    "season",
    "price",
    "worker",
    "driver",
    "teacher",
    "farmer",
    "trader",
    "nurse",
    "judge",
    "mayor",
    "union",
    "owner",
    "visitor",
    "neighbour",
    "storm",
    "flood",
    "river",
    "frost",
    "border",
]
_VERBS = [
    "approved",
    "rejected",
    "delayed",
    "opened",
    "closed",
    "repaired",
    "questioned",
    "praised",
    "measured",
    "counted",
    "moved",
    "sold",
    "bought",
    "defended",
    "cancelled",
    "extended",
    "reviewed",
    "signed",
    "published",
    "halted",
    "restored",
    "doubled",
    "reduced",
    "examined",
]
_ADJECTIVES = [
    "new",
    "old",
    "early",
    "late",
    "costly",
    "quiet",
    "public",
    "private",
    "narrow",
    "northern",
    "southern",
    "coastal",
    "narrow",
    "heavy",
    "sudden",
    "regular",
    "annual",
    "urgent",
    "modest",
    "careful",
    "unusual",
    "recent",
    "local",
    "foreign",
    "joint",
]


@dataclass(frozen=True, slots=True)
class GoldText:
    """A text with its title."""

    title: str
    text: str


def write_text(rng: random.Random, words: int = 400) -> GoldText:
    """Write a text of so many words, in paragraphs."""
    name, town, thing = rng.choice(_NAMES), rng.choice(_TOWNS), rng.choice(_THINGS)
    paragraphs, count = [], 0
    while count < words:
        block = " ".join(_write_sentence(rng) for _ in range(rng.randint(2, 4)))
        paragraphs.append(block)
        count += len(block.split())
    title = f"{town} {thing} {rng.choice(_VERBS)} after {rng.choice(_ADJECTIVES)} {rng.choice(_NOUNS)}, says {name}"
    return GoldText(title, "\n\n".join(paragraphs))


def _write_sentence(rng: random.Random) -> str:
    def noun() -> str:
        return f"{rng.choice(_ADJECTIVES)} {rng.choice(_NOUNS)}"

    forms = (
        lambda: f"The {noun()} {rng.choice(_VERBS)} the {noun()} in {rng.choice(_TOWNS)}",
        lambda: (
            f"{rng.choice(_NAMES)} said the {noun()} was {rng.choice(_VERBS)} by {rng.randint(2, 900)} people"
        ),
        lambda: (
            f"In {rng.choice(_TOWNS)}, a {noun()} {rng.choice(_VERBS)} {rng.randint(2, 99)} of the {noun()}s"
        ),
        lambda: f"Neither the {noun()} nor the {rng.choice(_THINGS)} {rng.choice(_VERBS)} any {noun()}",
        lambda: (
            f"{rng.choice(_NAMES)}, of {rng.choice(_TOWNS)}, {rng.choice(_VERBS)} what the {noun()} had shown"
        ),
    )
    return rng.choice(forms)() + "."


Edit = Callable[[random.Random, GoldText], GoldText]


def change_words(share: float) -> Edit:
    """Change a share of the words, each by itself."""

    def edit(rng: random.Random, given: GoldText) -> GoldText:
        blocks = [
            " ".join(rng.choice(_NOUNS) if rng.random() < share else word for word in block.split())
            for block in given.text.split("\n\n")
        ]
        return GoldText(given.title, "\n\n".join(blocks))

    return edit


def add_credit(rng: random.Random, given: GoldText) -> GoldText:
    """Add a credit, and head it otherwise."""
    credit = f"With input from the {rng.choice(_TOWNS)} wire. Edited by {rng.choice(_NAMES)}."
    return GoldText(f"Report: {given.title}", f"{given.text}\n\n{credit}")


def rewrite_lede(rng: random.Random, given: GoldText) -> GoldText:
    """Write the first paragraph anew."""
    _, *rest = given.text.split("\n\n")
    return replace(given, text="\n\n".join((write_text(rng, 20).text.split("\n\n")[0], *rest)))


def cut(low: float, high: float) -> Edit:
    """Keep the first part of a text."""

    def edit(rng: random.Random, given: GoldText) -> GoldText:
        words = given.text.split(" ")
        return replace(given, text=" ".join(words[: round(len(words) * rng.uniform(low, high))]))

    return edit


def localise(rng: random.Random, given: GoldText) -> GoldText:
    """Cut a fifth, and add two paragraphs of one's own town."""
    own = write_text(rng, 60).text.split("\n\n")[:2]
    return replace(given, text="\n\n".join((cut(0.8, 0.8)(rng, given).text, *own)))


def update_twice(rng: random.Random, given: GoldText) -> GoldText:
    """Change words and add a paragraph, two times."""
    for _ in range(2):
        changed = change_words(0.02)(rng, given)
        given = replace(changed, text=f"{write_text(rng, 20).text}\n\n{changed.text}")
    return given


EDITS: dict[str, Edit] = {
    "1 % of words changed": change_words(0.01),
    "2 % of words changed": change_words(0.02),
    "5 % of words changed": change_words(0.05),
    "10 % of words changed": change_words(0.10),
    "credit added": add_credit,
    "lede rewritten": rewrite_lede,
    "localised": localise,
    "updated twice": update_twice,
    "cut to 40-70 %": cut(0.4, 0.7),
}


def make_same_events(seed: int = 7) -> Iterator[tuple[GoldText, GoldText]]:
    """Make 200 pairs on one event each: the same names, places and figures, in other words."""
    rng = random.Random(seed)
    for number in range(200):
        facts = {
            "name": rng.choice(_NAMES),
            "town": rng.choice(_TOWNS),
            "thing": rng.choice(_THINGS),
            "noun": rng.choice(_NOUNS),
            "many": str(rng.randint(12, 980)),
            "year": str(rng.randint(1990, 2026)),
        }
        one, two = rng.sample(_ACCOUNTS, 2)
        title = f"{facts['town']} {facts['thing']} closes after {facts['noun']}, {facts['many']} affected"
        other = f"{facts['many']} hit as {facts['noun']} shuts {facts['thing']} of {facts['town']}"
        own, its = (write_text(random.Random(f"{seed} {number} {side}"), 60).text for side in "ab")
        yield (
            GoldText(title, f"{one.format(**facts)}\n\n{own}"),
            GoldText(other, f"{two.format(**facts)}\n\n{its}"),
        )


_ACCOUNTS = (
    (
        "The {thing} in {town} was shut on Monday morning after what officials called a {noun}, leaving {many} people "
        "without service. {name}, who has run it since {year}, told reporters that nobody had been hurt and that "
        "engineers were on site. A reopening before the weekend is unlikely, according to the district."
    ),
    (
        "Some {many} residents of {town} woke to closed gates: their {thing} is out of use, and a {noun} is to blame. "
        '"We regret the disruption," {name} wrote in a statement. Not since {year} has the place been empty on a '
        "working day, and repairs could take until Saturday or beyond."
    ),
    (
        "{name} had hoped to keep it open. But a {noun} forced the hand of {town}'s best-known operator, and by eight "
        "o'clock the {thing} stood deserted. Estimates put those affected at {many}. First built over in {year}, it will "
        "need at least five days of work, a spokesman for the county added."
    ),
    (
        "Closure at short notice: {town} must do without its {thing} this week. Around {many} users are concerned, said "
        "{name} at a briefing held outdoors. Cause of the trouble, investigators believe, is a {noun} similar to one "
        "recorded in {year}. Injuries were not reported by either hospital nearby."
    ),
)


def write_forecast(rng: random.Random, day: int) -> GoldText:
    """Write a day's weather of one source: the same sentences with other figures."""
    sky = ("bright", "cloudy", "wet", "windy", "misty", "stormy", "mild")
    lines = [
        f"{town} will be {rng.choice(sky)} in the morning and {rng.choice(sky)} later, with {rng.randint(-5, 30)} "
        f"degrees at noon and winds of {rng.randint(2, 90)} from the {rng.choice(('north', 'south', 'east', 'west'))}."
        for town in _TOWNS
    ]
    return GoldText(f"Weather for day {day}: what the region must expect", "\n\n".join(lines))
