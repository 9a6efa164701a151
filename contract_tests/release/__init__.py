"""What a release needs: the distributions, tests of them in clean environments, bills of materials, a final check."""
