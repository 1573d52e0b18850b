"""The user's own estimators as pickles."""
