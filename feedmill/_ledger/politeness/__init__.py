"""Holds the rate limit of sites, robots.txt and the record of requests."""
