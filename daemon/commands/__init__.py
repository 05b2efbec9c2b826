"""One module for each command of `feedmill`, or for a small group of them.

Only light modules are imported at the top; what a command needs it imports when it runs, so that
`feedmill --help` is instant.
"""
