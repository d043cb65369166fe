"""Seats against tokens in every format."""
