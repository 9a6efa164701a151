"""The reference page: the contract to read, and Test request, which sends one request and checks the response."""
