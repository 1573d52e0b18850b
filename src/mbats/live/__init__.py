"""Real fills: one session decides, sends, settles and reconciles, whatever dies on the way."""
