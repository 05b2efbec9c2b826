"""What the queue runs: takes pages, fetches, extracts, cleans, judges and publishes them."""
