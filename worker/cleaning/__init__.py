"""Cleans a page: from its blocks to the blocks of its article."""
