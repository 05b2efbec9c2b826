"""Holds label words and phrases of thirty languages."""
