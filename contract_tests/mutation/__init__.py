"""What proves the suite: planted faults of servers and clients, each of which has to be caught."""
