"""The command line: parse, call, print. The only place where reading meets calculating."""
