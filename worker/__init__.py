"""Works off the queue: takes pages, fetches, extracts, cleans, judges and publishes them."""
