"""Finished answers in, text out. Nothing here calculates: figures are rounded once, for display."""
