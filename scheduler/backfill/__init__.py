"""Holds the reading of older pages of feeds."""
