"""Holds the worker's processes: RQ's worker, its job, its loop over pages."""
