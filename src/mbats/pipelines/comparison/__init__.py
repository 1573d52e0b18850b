"""Two runs side by side: which trades are the same, and why the first one is not."""
