"""Draws what a site's markup is like, from a seed: its language, its class names, its inserts and their odds."""

from dataclasses import dataclass, field
from random import Random

LABELS = {
    "en": (
        "Advertisement",
        "Read more",
        "Related articles",
        "Sign up for our newsletter",
        "Correction",
        "Share",
        "Topics",
        "About the author",
        "Sponsored",
        "Most read",
        "Comments",
    ),
    "de": (
        "Anzeige",
        "Lesen Sie auch",
        "Mehr zum Thema",
        "Newsletter abonnieren",
        "Korrektur",
        "Teilen",
        "Themen",
        "Zur Person",
        "Gesponsert",
        "Meistgelesen",
        "Kommentare",
    ),
    "fr": (
        "Publicité",
        "Lire aussi",
        "Sur le même sujet",
        "Inscrivez-vous à notre lettre",
        "Correction",
        "Partager",
        "Thèmes",
        "À propos de l’auteur",
        "Sponsorisé",
        "Les plus lus",
        "Commentaires",
    ),
    "ja": (
        "広告",
        "あわせて読みたい",
        "関連記事",
        "メールマガジンに登録",
        "訂正",
        "共有",
        "キーワード",
        "筆者",
        "提供",
        "ランキング",
        "コメント",
    ),
}
AD, MORE, RELATED, LETTER, FIXED, SHARE, TOPICS, ABOUT, PAID, MOST, TALK = range(11)
_NEUTRAL = (
    "wrap",
    "col",
    "unit",
    "zone",
    "part",
    "cell",
    "grid",
    "block",
    "c1",
    "m2",
    "x3",
    "area",
    "inner",
    "outer",
    "pane",
)


@dataclass(slots=True)
class Site:
    """A site's markup, drawn once."""

    seed: int
    rng: Random
    lang: str = "en"
    naming: str = "plain"
    names: dict[str, str] = field(default_factory=dict)
    inserts: dict[str, float] = field(default_factory=dict)
    """Chance of each insert, by its name."""

    def say(self, label: int) -> str:
        return LABELS[self.lang][label]

    def attribute(self, role: str, rng: Random | None = None) -> str:
        """Give the class attribute of an element by its role; some sites' change with each page."""
        if role not in self.names:
            self.names[role] = self._name(role)
        name = self.names[role]
        if self.naming == "changing" and rng and name:
            name = f"{name} r{rng.randrange(16**5):05x}"
        return f' class="{name}"' if name else ""

    def _name(self, role: str) -> str:
        code = f"{self.rng.randrange(16**5):05x}"
        styles = {
            "plain": lambda: role,
            "bem": lambda: f"c-{role}__{self.rng.choice(_NEUTRAL)}",
            "hashed": lambda: f"{role}_{code}",
            "hash": lambda: f"css-{code}",
            "neutral": lambda: self.rng.choice(_NEUTRAL),
            "bare": lambda: "" if self.rng.random() < 0.6 else self.rng.choice(_NEUTRAL),
            "tailwind": lambda: (
                f"mt-{self.rng.randint(1, 8)} px-{self.rng.randint(1, 8)} text-{self.rng.choice(('sm', 'lg', 'xl'))}"
            ),
            "changing": lambda: role,
        }
        return styles[self.naming]()


INSERTS = (
    "ad",
    "more",
    "more_box",
    "letter",
    "pull",
    "figure",
    "video",
    "tweet",
    "paid",
    "fact",
    "poll",
    "teaser",
    "donate",
    "embed",
    "map",
)


def draw_site(seed: int) -> Site:
    rng = Random(seed)
    site = Site(seed, rng)
    site.lang = rng.choices(("en", "de", "fr", "ja"), (6, 2, 1, 1))[0]
    site.naming = rng.choice(("plain", "bem", "hashed", "hash", "neutral", "bare", "tailwind", "changing"))
    for insert in rng.sample(INSERTS, rng.randint(2, 9)):
        site.inserts[insert] = rng.choice((0.04, 0.15, 0.5, 0.9, 1.0))
    return site
