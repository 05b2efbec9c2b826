"""Learns a source's boilerplate: the lines that recur across its different articles."""
