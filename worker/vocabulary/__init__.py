"""Holds label words and phrases of sixteen languages."""
