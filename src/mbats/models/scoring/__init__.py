"""What a model says of each bar, by the version that would have been in use then."""
