"""One run, from connecting to the verdict."""
