"""The sample strategies that documentation, demo and tests use."""
