"""The answers, a room for each command: a case in, a finished table out; no files and no printing.

`answer.py` of a room holds the function of the command's name. `check`, `diff`, `export` and
`stress` may use `recommend` and `compare`, `recommend` may use `compare`; the others stand alone.
"""
