"""The opening page: every service, its health and the way to it."""
