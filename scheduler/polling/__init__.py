"""Holds one poll of a feed: request, response, document, state, record."""
