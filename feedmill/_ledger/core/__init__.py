"""Holds what every operation of the ledger stands on: keys, scripts, records, replies."""
