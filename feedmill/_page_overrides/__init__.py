"""Holds what the operator says of a site's pages: selectors that win over what is found by itself."""
