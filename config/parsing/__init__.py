"""Holds what reads values out of TOML files, with the place of each mistake."""
