"""What keeps a comparison from a verdict, said to the person who started it."""


class Failure(Exception):
    """Nothing can be judged; the message names the subject, what was found and what to do."""
