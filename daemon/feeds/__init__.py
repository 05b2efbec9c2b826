"""Holds what commands do with feeds: find, check, list and audit them."""
