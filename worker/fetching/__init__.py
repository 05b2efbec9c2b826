"""Holds the request of a page, and when it is made again."""
