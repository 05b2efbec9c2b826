"""What the operator says: feeds, settings, logging."""
