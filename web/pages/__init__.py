"""Pages for people: server-rendered, with little script, and nothing from anywhere else."""

from web.ask import Route
from web.pages import adding, burials, entrance, feeds, overview, reading

PAGES: tuple[Route, ...] = (
    *reading.ROUTES,
    *overview.ROUTES,
    *feeds.ROUTES,
    *burials.ROUTES,
    *adding.ROUTES,
    *entrance.ROUTES,
)
