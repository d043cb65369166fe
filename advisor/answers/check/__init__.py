"""A plan held against every limit of its file: the budget, the policy and `limits:`."""
