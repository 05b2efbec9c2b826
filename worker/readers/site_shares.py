"""Counts processor time by site, and chooses whose page is read next: the site's that has used the least."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

READ_BRIEFLY_MS = 250
"""Ms from which a page counts as slow to read: ten times what an ordinary one needs."""


@dataclass(slots=True)
class Shares:
    """What sites have used in the last ten minutes, in ms: the ledger's count, and what was added since."""

    _used_ms: dict[str, int] = field(default_factory=dict)
    _unsent_ms: dict[str, int] = field(default_factory=dict)
    _slow: set[str] = field(default_factory=set)

    def used_ms(self, site: str) -> int:
        """Return what a site has used."""
        return self._used_ms.get(site, 0)

    def add(self, site: str, ms: int) -> None:
        """Count what a page of the site took; a negative amount takes back what was counted too much."""
        self._used_ms[site] = self._used_ms.get(site, 0) + ms
        self._unsent_ms[site] = self._unsent_ms.get(site, 0) + ms

    def take_unsent_ms(self) -> dict[str, int]:
        """Take what the ledger does not count yet."""
        unsent = {site: ms for site, ms in self._unsent_ms.items() if ms > 0}
        self._unsent_ms = {site: ms for site, ms in self._unsent_ms.items() if ms < 0}
        return unsent

    def learn(self, used_ms: Mapping[str, int]) -> None:
        """Take over the ledger's count, which is of all processes, and add what it does not count yet."""
        for site, ms in used_ms.items():
            self._used_ms[site] = ms + self._unsent_ms.get(site, 0)

    def finish(self, site: str, ms: int) -> None:
        """Note what one whole page took: by the latest page a site's pages are slow or not."""
        if ms >= READ_BRIEFLY_MS:
            self._slow.add(site)
        else:
            self._slow.discard(site)

    def is_slow(self, site: str) -> bool:
        """Return whether the site's latest page was slow to read."""
        return site in self._slow


@dataclass(slots=True, eq=False)
class Claim:
    """A page that is ready to be read."""

    site: str
    number: int
    """Its place in the order of arrival."""
    slow: bool
    """It is read in the slow lane."""
    begun: bool = False
    """Its reading has begun and is under way or interrupted."""


def next_claim(claims: Iterable[Claim], shares: Shares) -> Claim | None:
    """Choose the page that is read next: of the site that used the least, the first that came.

    There are two lanes, and one page at a time is begun in each: an interrupted one goes on before another
    one of its lane begins. So a slow page never keeps more than one page's memory from the others.
    """
    there = list(claims)
    begun = {claim.slow for claim in there if claim.begun}
    ready = (claim for claim in there if claim.begun or claim.slow not in begun)
    return min(ready, key=lambda claim: (shares.used_ms(claim.site), claim.number), default=None)
