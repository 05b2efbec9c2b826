"""A consumer group's records in Redis, and what a consumer does with them."""
