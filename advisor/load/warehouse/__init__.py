"""A usage table where it lives: its address, a session, its columns, and what may fail there."""
