"""Holds the loops of the scheduler process."""
