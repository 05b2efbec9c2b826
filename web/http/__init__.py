"""Holds what every HTTP request passes: access, parameters, errors."""
