"""Whether what a model sees, and what its scores are worth, is still what it was trained on."""
