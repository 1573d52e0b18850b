"""Cells of a sweep on the cores of this machine."""
