"""Holds what makes one text of an article on several pages: which pages are its own, and how they join."""
