"""Holds the rules for where a request may go."""
