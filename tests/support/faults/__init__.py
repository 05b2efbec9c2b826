"""The fault suite: a fake web that keeps books, the real daemon, faults by a seed, and an auditor."""
