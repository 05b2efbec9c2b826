"""Holds the writing of templates, charts, feeds and durations."""
