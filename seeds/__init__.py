"""Starter feed lists and the demo newsroom, as package data."""
