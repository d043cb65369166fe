"""The stories on a mix: what would happen to it, what it would lose, what it hangs on."""
