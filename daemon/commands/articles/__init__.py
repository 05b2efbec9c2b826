"""Holds the commands about articles and their consumers."""
