"""Servers that share no code with the reference server, and answer differently wherever the contract leaves it open."""
