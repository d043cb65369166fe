"""The plan as an Excel workbook whose figures are formulas; one module a sheet."""
