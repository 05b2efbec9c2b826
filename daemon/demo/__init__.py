"""Holds the demo: its sites, its run, its checks."""
