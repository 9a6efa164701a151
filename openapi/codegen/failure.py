"""The one exception of generation."""


class Failure(Exception):
    """Generation can't go on, whatever raises it; the message names the file, what was found and what to do."""
