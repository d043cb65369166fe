"""The best mix: which work goes to which option, under a budget and a policy, and why.

`strategies` says what each way to serve each piece of work brings, `problem` what is chosen from,
`limits` what may not be chosen, `solver` chooses. Shapes: N cells (team and task class), J
strategies, S draws, R rows, T months, C token classes.
"""
