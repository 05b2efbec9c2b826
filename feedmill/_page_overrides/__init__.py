"""Holds the operator's rules for a site's pages: selectors that win over what is found by itself."""
