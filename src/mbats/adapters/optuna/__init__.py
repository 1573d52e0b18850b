"""Bayesian search by Optuna, its studies in PostgreSQL."""
