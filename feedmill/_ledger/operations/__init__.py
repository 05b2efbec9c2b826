"""Holds the builders of the ledger's operations, one function for each Lua script."""
