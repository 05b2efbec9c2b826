"""Cleaning: from the blocks of a page to the blocks of its article."""
