"""Decides on which pages an article goes on, requests them, and joins their texts to one."""
