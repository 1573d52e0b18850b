"""PostgreSQL: an embedded server under our own launcher or the user's own, and what MBATS keeps in it."""
