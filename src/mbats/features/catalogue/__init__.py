"""The project's own features, one module a subject."""
