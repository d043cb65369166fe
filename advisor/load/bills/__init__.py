"""What was paid: tables as vendors, clouds and people export them in, rows of money out."""
