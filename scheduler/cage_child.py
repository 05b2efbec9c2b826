"""Starts the parser's child for a scheduler of 0.1 that starts it by this name. It goes with 0.3."""

from scheduler.sandbox.parser_child import main

if __name__ == "__main__":
    main()
