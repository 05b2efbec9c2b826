"""Metrics: counted in each process, gathered for a machine, written in Prometheus's form.

definitions.py lists every metric; counters.py counts in a process; process_files.py gives each process files
of its own, which outlive it; gauges.py measures the ledger and its server; exposition.py writes it all.
"""
