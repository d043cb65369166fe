"""Records of the two largest logs as msgspec decodes them: faster, and never other than `json`.

A shape takes only what is exactly as it should be; for anything else it raises ValueError, and the
reader looks again with the standard library. Modules here are loaded by `fast` alone.
"""
