"""MBATS beside the usual tools, measured in one run: only ratios within a run count, machines are noisy."""
