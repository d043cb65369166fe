"""The plan row by row: from a case to the tables that are exported."""
