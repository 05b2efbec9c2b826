"""Holds backup and restore of the ledger."""
