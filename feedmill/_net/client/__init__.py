"""Holds the HTTP client and what reads its responses."""
