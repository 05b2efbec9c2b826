"""`python -m daemon`: the same as the `feedmill` command."""

from daemon.entry import main

main()
