"""What a page tells about its article, one module a field."""
