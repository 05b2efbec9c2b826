"""The return of what extractors lose between the kept lines of an article. Pure."""
