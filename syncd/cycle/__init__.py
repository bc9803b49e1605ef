"""The cycle: pull, resolve, decide, plan, execute, verify, and the run that strings them together."""
