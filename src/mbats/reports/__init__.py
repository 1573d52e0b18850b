"""Judge a journal, blind to whether it was live or simulated."""
