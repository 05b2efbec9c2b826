"""Puts the tree of a page in order: inline elements, formulas, listings, tables, containers."""
