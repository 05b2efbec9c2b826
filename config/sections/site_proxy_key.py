"""Reads the proxy that a site's requests go by: `proxy` of a `[[sites]]` table."""

from config.errors import ConfigProblem
from config.parsing.array_tables import ArrayTable
from config.parsing.duration_and_size import InvalidValueError
from config.parsing.value_kinds import ProxyUrlKind
from config.sections.secret_sources import SecretReader
from config.sections.site_access_keys import AccessSurroundings

_FORM = ProxyUrlKind()


def read_proxy(table: ArrayTable, surroundings: AccessSurroundings) -> str | None:
    """Read its address; None for none.

    A value that is not on this host is a mistake: without it requests would go straight, which is not meant.
    """
    if "proxy" not in table.values:
        return None
    reader = SecretReader(table, surroundings.folder, surroundings.variables)
    text = reader.read("proxy", table.values["proxy"])
    for missing in reader.missing:
        where, _, said = missing.partition(": ")
        table.mistakes.append(ConfigProblem(where, "", said, "a variable or file of this host"))
    if not text:
        return None
    try:
        return _FORM.read(text)
    except InvalidValueError:
        hidden = "is no such URL (not shown: it may hold a password)"
        table.add_problem("proxy", hidden, _FORM.describe_allowed.partition(", or")[0])
        return None
