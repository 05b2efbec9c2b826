"""Holds the commands that show, check and save a running feedmill."""
