"""What is to be predicted, each label with the moment at which it is known."""
