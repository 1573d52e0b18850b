"""Services as containers, under Docker Compose."""
