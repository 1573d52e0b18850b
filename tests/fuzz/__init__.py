"""Differential fuzz: whole simulations drawn from a seed, two simulators, one journal, to the last bit."""
