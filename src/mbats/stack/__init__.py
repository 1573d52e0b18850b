"""The full stack: one table of services, and two launchers that bring it up."""
