"""The stories on a mix in every format."""
