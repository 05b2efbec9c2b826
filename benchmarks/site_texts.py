"""Articles of our own for the sites of generators: paragraphs, and in some a subheading, a list, a quotation."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PLACES = [
    "Aldwick",
    "Brenmoor",
    "Castell",
    "Dunhaven",
    "Eastmere",
    "Fallowby",
    "Gresham",
    "Harrowgate",
    "Iverton",
    "Jarnfield",
]
ACTORS = [
    "The council",
    "A group of residents",
    "The harbour board",
    "The local school",
    "Engineers from the water company",
    "Two farmers",
    "The museum",
    "A start-up from the valley",
    "The bus operator",
    "The choir",
]
DEEDS = [
    "has approved",
    "has rejected",
    "will fund",
    "is preparing",
    "questioned",
    "postponed",
    "wants to expand",
]
THINGS = [
    "a plan to rebuild the old bridge",
    "the cycling route along the river",
    "a survey of empty shops",
    "the repair of the clock tower",
    "a second line for the night bus",
    "an archive of letters from the mill",
    "a solar roof on the market hall",
    "the restoration of the wetlands",
    "a study of the tides",
]
ENDS = [
    "after months of debate.",
    "although money remains tight.",
    "despite protests from nearby streets.",
    "and expects results before next summer.",
    "because the old arrangement ran out in March.",
    "which critics say comes ten years too late.",
    "to the surprise of many who had given up hope.",
]
ASIDES = [
    '"We have waited a long time for this," said {name}, who lives close by.',
    "According to {name}, the cost could reach {n} million over {k} years.",
    "The next meeting takes place on {day}, and {n} people have put down their names.",
    "{name} called the decision brave but overdue.",
    "Work should begin in {month} and last {k} months.",
]
VERBS = ("weighs", "delays", "doubts")
HEADINGS = ["What comes next", "The money", "How it began", "A longer view"]
NAMES = [
    "Mara Ellison",
    "Tobias Renn",
    "Ida Kovach",
    "Samuel Orde",
    "Lena Farrow",
    "Piet Hollander",
    "Amara Diallo",
]


@dataclass(frozen=True, slots=True)
class Text:
    """An article as its writer wrote it; blocks are Markdown."""

    slug: str
    title: str
    author: str
    at: datetime
    blocks: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """Give the lines of the article without marks."""
        return [line.lstrip("#>-* ") for block in self.blocks for line in block.split("\n")]


def texts(count: int) -> list[Text]:
    """Write articles: paragraphs, and in some a subheading, a list or a quotation."""
    rng = random.Random(5)

    def sentence() -> str:
        if rng.random() < 0.6:
            actor, place = rng.choice(ACTORS), rng.choice(PLACES)
            return f"{actor} in {place} {rng.choice(DEEDS)} {rng.choice(THINGS)} {rng.choice(ENDS)}"
        return rng.choice(ASIDES).format(
            name=rng.choice(NAMES),
            n=rng.randint(12, 98),
            k=rng.randint(2, 11),
            day=rng.choice(("Monday", "Tuesday", "Friday")),
            month=rng.choice(("January", "April", "October")),
        )

    def blocks(number: int) -> Iterator[str]:
        for place in range(rng.randint(4, 9)):
            yield " ".join(sentence() for _ in range(rng.randint(1, 4)))
            if place == 2 and number % 3 == 1:
                yield f"## {rng.choice(HEADINGS)}"
                yield sentence()
                yield "\n".join(f"- {sentence()}" for _ in range(3))
            if place == 1 and number % 4 == 2:
                yield f"> {sentence()}"

    return [
        Text(
            f"story-{number}",
            f"{rng.choice(PLACES)} {rng.choice(VERBS)} {rng.choice(THINGS)} {number}",
            rng.choice(NAMES),
            datetime(2026, 9, 1, 8, tzinfo=UTC) + timedelta(hours=31 * number),
            tuple(blocks(number)),
        )
        for number in range(count)
    ]
