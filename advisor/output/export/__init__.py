"""The plan's rows in every format: CSV, Parquet, FOCUS, a workbook."""
