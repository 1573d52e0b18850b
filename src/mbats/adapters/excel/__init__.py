"""Control files as spreadsheets."""
