"""Puts back what extractors lose between the kept lines of an article. Pure."""
