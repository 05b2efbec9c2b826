"""Holds the processes that read pages for a horse, and the order in which pages get the processor."""
