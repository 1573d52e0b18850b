"""From a plan to a registered version of a model."""
