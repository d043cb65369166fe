"""blake2b as Python itself has it: `hashlib` would load OpenSSL beside it, which takes longer."""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:  # a Python that leaves all digests to others
    from hashlib import blake2b

__all__ = ["blake2b"]
