"""Holds decoding and the blocks of a page."""
