"""Every option's year side by side: spend, work done, worth, ranks, what the choice hangs on."""
