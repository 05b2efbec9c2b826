"""Holds the ledger's scripts, one file for each operation; shared parts begin with an underscore.

Files have the names that they had in 0.1, as a process of it that still runs reads them by name: until 0.3.
"""
