"""Is this exchange right? The oracle, the schema clauses, and one check per requirement."""
