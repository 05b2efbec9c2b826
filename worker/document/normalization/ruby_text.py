"""Leaves the words of ruby in the line and the signs for their sound out of it (HTML, 4.5.10)."""

from lxml.html import HtmlElement

from worker.document.inline_context import replace_by_text

_SOUND = frozenset(("rt", "rp", "rtc"))


def drop_ruby_readings(tree: HtmlElement) -> None:
    """Replace each `ruby` by its base; where it has none, its readings stay."""
    for ruby in list(tree.iter("ruby")):
        if next(ruby.iterancestors("ruby"), None) is None and (base := _read_base(ruby)).strip():
            replace_by_text(ruby, base)


def _read_base(ruby: HtmlElement) -> str:
    """Join the texts whose nearest `rb`, `rt`, `rp` or `ruby` is no reading: end tags may be left out."""
    parts = [ruby.text or ""]
    of_base = {ruby: True}
    for element in ruby.iterdescendants():
        around = of_base.get(element.getparent(), True)
        own = element.tag in ("rb", "ruby") or (element.tag not in _SOUND and around)
        of_base[element] = own
    # texts in document order: those of elements at their start, tails at their end
    stack = [iter(ruby)]
    open_elements = [ruby]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
            closed = open_elements.pop()
            if stack and of_base[open_elements[-1]]:
                parts.append(closed.tail or "")
            continue
        if of_base[child]:
            parts.append(child.text or "")
        stack.append(iter(child))
        open_elements.append(child)
    return "".join(parts)
