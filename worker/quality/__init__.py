"""Holds the judgment of texts: articles or not, confidence, retractions, changed templates. Pure."""
