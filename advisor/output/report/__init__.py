"""The report in every format: one page, a document, JSON; sections that can stand alone."""
