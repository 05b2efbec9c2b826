"""Holds the checks of server, work, groups and machine, and what reports them."""
