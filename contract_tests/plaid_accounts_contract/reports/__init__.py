"""What a run came to, for a person at a terminal, for a browser, for continuous integration and for programs."""
