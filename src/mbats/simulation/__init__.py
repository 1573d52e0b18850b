"""Pretend fills: the port of every simulator, and what a simulation is made of."""
