"""Holds label words, phrases and the words of walls, of thirty languages."""
