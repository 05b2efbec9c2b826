"""Holds the operator's selectors for the pages of a site, and what they find on a page."""
