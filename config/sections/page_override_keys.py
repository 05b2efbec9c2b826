"""Reads the selectors for the pages of a site: `text`, `drop`, `title` and so on of a `[[sites]]` table."""

from config.parsing.array_tables import ArrayTable
from config.parsing.document import format_toml_value
from feedmill._operator_rules.override_rules import KEYS, MAX_SELECTOR_CHARS, MAX_SELECTORS, PageOverrides
from feedmill._operator_rules.override_selectors import ALLOWED, SelectorError, parse_selectors


def read_page_overrides(table: ArrayTable) -> PageOverrides | None:
    """Read all keys, each a selector or a list of them; every mistake is added."""
    given: dict[str, tuple[str, ...]] = {}
    count = 0
    for key in KEYS:
        if key not in table.values:
            continue
        value = table.values[key]
        selectors = [value] if isinstance(value, str) else value
        if not isinstance(selectors, list) or not selectors:
            table.add_problem(key, f"is {format_toml_value(value)}", f"{ALLOWED}, or a list of such")
            continue
        for selector in selectors:
            if problem := _find_problem(selector):
                table.add_problem(key, problem, ALLOWED)
            else:
                count += len(parse_selectors(selector))
        given[key] = tuple(selectors)
        if count > MAX_SELECTORS:
            found = f"is selector {MAX_SELECTORS + 1} of this site"
            table.add_problem(key, found, f"{MAX_SELECTORS} selectors at most, commas part them")
            break
    return PageOverrides(**given) if given else None


def _find_problem(selector: object) -> str:
    """Return what is wrong with a selector; "" for nothing."""
    shown = format_toml_value(selector)
    if not isinstance(selector, str) or len(selector) > MAX_SELECTOR_CHARS:
        return f"is {shown}"
    try:
        parse_selectors(selector)
    except SelectorError as error:
        return f"is {shown}: {error}"
    return ""
