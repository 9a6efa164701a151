"""Which requests are sent: written ones, and those that Schemathesis generates."""
