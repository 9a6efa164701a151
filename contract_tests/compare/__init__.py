"""What an edit of the contract means for services and servers: `make compare` and `make upstream`."""
