"""Holds the filters on a feed's entries: which of them become pages at all."""
