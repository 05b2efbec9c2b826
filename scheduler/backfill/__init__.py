"""Reads older pages of feeds: to fill a gap, or as `feedmill backfill` asks."""
