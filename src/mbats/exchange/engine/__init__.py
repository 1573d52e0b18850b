"""How the exchange works inside: orders, matching, netting, margin, financing; no clock, no files, no network."""
