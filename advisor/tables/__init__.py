"""Finished answers: the only thing that renderers see.

Every figure is computed before it gets here and is rounded after it. NaN means "not known": it is
null in JSON, an empty cell in CSV and a word on the screen, and never a zero. Money is in the
answer's currency; shares are from 0 to 1.
"""
