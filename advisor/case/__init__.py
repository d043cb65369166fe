"""A workload with every default filled in and every option resolved: what the engine can calculate.

Prices, profiles and the file meet here and nowhere else. Each default or borrowed figure becomes an
assumption that the answer can show; what cannot be known becomes a reason, never a number.
"""
