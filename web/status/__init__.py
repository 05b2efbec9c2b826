"""Holds the state of feeds and streams, and what is forecast for them."""
