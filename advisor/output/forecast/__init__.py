"""A year that has begun in every format: where it ends, why it is off, whose use runs away."""
