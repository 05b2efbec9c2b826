"""Serves pages for people: server-rendered, with little script, and nothing from anywhere else."""

from web.pages import (
    add_feed_page,
    article_page,
    articles_page,
    dead_letters_page,
    feed_edit_page,
    feed_page,
    feeds_page,
    groups_page,
    login_page,
    overview_page,
    search_page,
    static_files,
    stories_page,
)
from web.route_spec import RouteSpec

PAGES: tuple[RouteSpec, ...] = (
    *articles_page.ROUTES,
    *article_page.ROUTES,
    *search_page.ROUTES,
    *stories_page.ROUTES,
    *overview_page.ROUTES,
    *feeds_page.ROUTES,
    *feed_edit_page.ROUTES,  # before the actions of a feed's page, whose path has a word of its own there
    *feed_page.ROUTES,
    *groups_page.ROUTES,
    *dead_letters_page.ROUTES,
    *add_feed_page.ROUTES,
    *login_page.ROUTES,
    *static_files.ROUTES,
)
