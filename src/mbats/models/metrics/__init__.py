"""Judge scores by what came true: probabilities, numbers, and how sure one may be of an information coefficient."""
