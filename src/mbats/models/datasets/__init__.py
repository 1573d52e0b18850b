"""Features, labels and weights of one snapshot, joined by what was known when, and kept under the hash of it all."""
