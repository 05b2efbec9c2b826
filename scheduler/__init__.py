"""When to look: polls feeds, finds new entries, keeps tickets in the queue while pages are ready."""
