"""What stops a generation, said to the person who started it."""


class Failure(Exception):
    """Generation can't go on; the message names the file, what was found and what to do."""
