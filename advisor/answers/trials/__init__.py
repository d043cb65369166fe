"""Answers from one's own trials: what they say, what to try next, how good the advice is."""
