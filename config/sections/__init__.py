"""Holds the tables that an operator writes, one module for each kind."""
