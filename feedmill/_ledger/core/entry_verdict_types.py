"""Describes the ids of an entry within its feed, and the ledger's answers to them: frozen values."""

from dataclasses import dataclass
from typing import Literal

import msgspec

EntryStatus = Literal["new", "older", "changed", "known"]
Verdict = Literal[
    "new", "older", "changed", "known", "known_before", "met_again", "new_guid", "new_version", "split"
]
"""What an entry is: as in its feed's memory, or though its key is new there.

`known_before`: known under the key and version of versions before 0.2; `met_again`: it says what a known
article says; `new_guid`: a known link with a change of its words; `new_version`: the same, and its guid
counts versions; `split`: a known link with other words.
"""
EntryMark = Literal["", "known", "changed", "filtered", "filtered_known"]
"""What an entry is though its key and version are new to its feed: a known article, or a change of one.

`filtered`: its feed's filters hold it back; `filtered_known`: the same, and it is a known article.
"""


class EntryEvidence(msgspec.Struct, frozen=True, array_like=True):
    """By what an entry that is new to its feed may be known all the same; names are 16 hex digits or "".

    docs/identity.md has the rules.
    """

    link: str = ""
    """The name of its link."""
    own: str = ""
    """The name of its article where its link leads to another."""
    words: str = ""
    """The name of its title, time and words together, where they set it apart."""
    sketch: bytes = b""
    """Of its words (identity/entry_sketches.py); nothing where neither its link nor `nearby` names it."""
    former: tuple[int, int] | None = None
    """Key and version as versions before 0.2 made them, where they differ."""
    former_link: str = ""
    """The name of its link as they made it, where no other entry of the document had it."""
    nearby: tuple[str, ...] = ()
    """Names of its title, and of its time or words, where it has neither a link nor a guid."""


EntryIds = tuple[int, int, EntryEvidence]
"""Key, version, and what else an entry may be known by."""


@dataclass(frozen=True, slots=True)
class EntryVerdict:
    """What an entry is to the ledger."""

    verdict: Verdict
    article: str = ""
    """The id of the article that it is, where that matters."""
    is_apart: bool = False
    """That article is not the one that the entry's link leads to."""
