"""Polls feeds when new entries are likely, finds these, keeps tickets in the queue while pages are ready."""
