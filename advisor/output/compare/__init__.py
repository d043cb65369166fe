"""The comparison in every format: on a screen, as JSON, as a flat table, as Markdown, in words."""
