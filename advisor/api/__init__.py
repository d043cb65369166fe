"""Inputs in, a finished answer out: what the command line, a page and Python all ask."""
