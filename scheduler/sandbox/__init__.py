"""Holds the child processes that parse documents under limits."""
