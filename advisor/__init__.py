"""What AI coding work should run on, what it costs in a year, and whether it stays in a budget."""

__version__ = "0.1.0"
