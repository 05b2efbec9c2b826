"""Holds what the operator says of entries and pages: filters and overrides, as values and their matching."""
