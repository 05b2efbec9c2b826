"""Holds what the operator says of the pages of a site: selectors, and what they find on a page."""
