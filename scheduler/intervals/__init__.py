"""Holds the decision when a feed is polled next. Pure."""
