"""Choose parameters on the past again and again, trade each choice on what follows, and judge all of it as one run."""
