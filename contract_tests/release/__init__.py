"""What comes before a release: the distributions tried as their users install them, and all that a tag will ask."""
