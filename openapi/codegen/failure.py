"""Errors that stop a generation, reported to whoever started it."""


class Failure(Exception):
    """Generation can't go on; the message names the file, what was found and what to do."""
