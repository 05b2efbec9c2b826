"""What the operator gives a site to be let in: credentials, where they go, and what keeps them secret."""
