"""Proves that the suite bites: every deliberate fault of the reference server has to be caught, for the right reason."""
