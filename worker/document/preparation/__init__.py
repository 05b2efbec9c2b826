"""Holds what makes a page's tree what a browser shows, before its text is searched for."""
