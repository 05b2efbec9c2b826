"""Holds the embedded Redis server: its data folder, its start, its keeper."""
