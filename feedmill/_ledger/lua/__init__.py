"""The ledger's scripts, one file per operation."""
