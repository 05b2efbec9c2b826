"""The feedmill command: wires the rooms together."""
