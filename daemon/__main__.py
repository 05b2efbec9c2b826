"""`python -m daemon`: the same as the `feedmill` command."""

from daemon.command import main

main()
