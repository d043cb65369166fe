"""Real usage in every format: on a screen, as JSON, as flat tables, as FOCUS."""
