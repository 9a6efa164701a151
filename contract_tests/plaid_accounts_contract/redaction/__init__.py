"""What may be shown: secrets and ids replaced by placeholders, requests as curl commands."""
