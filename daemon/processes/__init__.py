"""Holds the process tree of `feedmill up`, signals, and the systemd units."""
