"""Limits held or broken in every format, and what CI services read."""
