"""The year so far and to come: where it ends, why it is off, and whose use runs away."""
