"""Holds what identifies a text that several sources carry: signatures, and the texts of one story. Pure."""
