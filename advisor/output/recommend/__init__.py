"""The best mix in every format, or why there is none."""
