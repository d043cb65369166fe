"""What one's own trials say, and the advice on trial, in every format."""
