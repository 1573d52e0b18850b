"""The securities master: instruments, bars, series, their checks, revisions and snapshots."""
