"""Alerts by e-mail, Telegram, Slack and a hundred others."""
