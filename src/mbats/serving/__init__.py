"""A registered model as a REST service on MLflow's scoring protocol, following its alias."""
