"""Print the answers of the real server that oandapyV20 ships, as JSON; run by the client's own environment."""

import importlib
import json

MODULES = ("accounts", "instruments", "orders", "positions", "pricing", "trades", "transactions", "forexlabs")

found = {}
for module in MODULES:
    recorded = importlib.import_module(f"oandapyV20.endpoints.responses.{module}").responses
    found |= {name: {"module": module, **entry} for name, entry in recorded.items()}
print(json.dumps(found))
