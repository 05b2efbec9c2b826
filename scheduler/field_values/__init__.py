"""Reads the values that feeds write into fields: dates, links, plain texts. Pure."""
