"""Holds what tells a text that several sources carry: signatures, and which texts are of one story. Pure."""
