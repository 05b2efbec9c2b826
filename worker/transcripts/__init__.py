"""Holds the reading of transcripts of sound and film: their formats, and the article made of one."""
