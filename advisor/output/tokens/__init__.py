"""Token counts in every format."""
