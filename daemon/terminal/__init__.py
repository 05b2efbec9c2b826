"""Holds input and output at the terminal."""
