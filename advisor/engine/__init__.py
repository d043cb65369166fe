"""Pure arithmetic on float64 arrays: no files, no clock, no printing, no rounding.

Axes, always in this order: draw, team, task class, option, token class, month. The expected figure
is the same arithmetic on one draw that holds the means.
"""
