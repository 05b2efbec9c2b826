"""Writes spans of time for people, on pages and at the terminal. Pure."""


def format_span(ms: float, units: int = 2) -> str:
    """Format a span of time in its largest units."""
    seconds = max(0, round(ms / 1000))
    parts = []
    for name, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if seconds >= size:
            parts.append(f"{seconds // size} {name}")
            seconds %= size
    return " ".join(parts[:units]) or "0 s"


def format_about(ms: float) -> str:
    """Format a span of time in its largest unit."""
    return " ".join(format_span(ms).split(" ")[:2])


def write_duration(seconds: float) -> str:
    """Write a span as settings take it, in the largest unit that divides it: `30m`."""
    whole = round(seconds)
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if whole and whole % size == 0:
            return f"{whole // size}{unit}"
    return f"{whole}s"
