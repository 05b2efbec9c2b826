"""Holds the stages of one poll, from its request to its record; `poll_stages` lists them."""
