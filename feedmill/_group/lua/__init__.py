"""The scripts of the consumer groups."""
