"""What another price table says, in words and flat."""
