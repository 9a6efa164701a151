"""The reference page: what it sends, what it refuses, and what a person sees in a browser."""
