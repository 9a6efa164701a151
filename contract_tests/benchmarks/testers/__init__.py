"""The suite beside other contract testers: the same faults of a server for all of them, in one run."""
