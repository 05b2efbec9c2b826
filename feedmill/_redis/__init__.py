"""Holds the Redis clients: sentinels, cancellation, and which errors mean a lost connection."""
