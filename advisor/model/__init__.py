"""Typed inputs: frozen, unknown keys forbidden, no files and no arrays."""
