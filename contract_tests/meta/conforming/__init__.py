"""Conforming servers that share nothing with the reference server or the client but the accounts in `accounts.json`."""
