"""The command line: flags parsed, answers asked for and printed; the terminal is met here alone."""
