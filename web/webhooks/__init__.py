"""Webhooks: entries of a stream are sent to receivers over HTTP, signed, in order per article."""
