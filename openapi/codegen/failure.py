"""What stops a generation, said to the person who started it."""


class Failure(Exception):  # noqa: N818 - read as "Failure: the message"; no caller needs a traceback
    """Generation can't go on; the message names the file, what was found and what to do."""
