"""Ways to learn, by name: scikit-learn's, those of adapters, and the user's own."""
