"""Seats against tokens: who of a team is cheapest on which plan, and where a cap may stand."""
