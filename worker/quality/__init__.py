"""Holds the judgement of texts: articles or not, confidence, changed templates. Pure."""
