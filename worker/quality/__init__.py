"""Holds the judgement of texts: articles or not, confidence, retractions, changed templates. Pure."""
