"""Metrics: counted in each process, gathered for a machine, written in Prometheus's form.

declared.py lists every metric; meters.py counts in a process; slots.py gives each process files of its own,
which outlive it; standing.py measures the ledger and its server when asked; gather.py puts it together.
"""
