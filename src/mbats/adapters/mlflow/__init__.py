"""MLflow: tracking, the registry of models, artefacts and serving."""
