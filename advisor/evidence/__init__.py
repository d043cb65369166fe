"""What measurements say of options: published records, and a team's own trials."""
