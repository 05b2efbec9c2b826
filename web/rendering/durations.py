"""Writes spans of time for people, on pages and at the terminal. Pure."""


def format_span(ms: float) -> str:
    """Format a span of time in its largest two units."""
    seconds = max(0, round(ms / 1000))
    parts = []
    for name, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if seconds >= size:
            parts.append(f"{seconds // size} {name}")
            seconds %= size
    return " ".join(parts[:2]) or "0 s"
