"""Services as processes of this machine, under supervisor, each in an environment of its own."""
