"""Holds the endpoints for programs."""
