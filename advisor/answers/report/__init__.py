"""The report: the other answers of one case put together, with what only a page shows."""
