"""The reference page: what it sends, what it rejects, and what a person sees in a browser."""
