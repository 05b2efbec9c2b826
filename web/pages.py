"""Pages for people."""

from web.ask import Route

PAGES: tuple[Route, ...] = ()
