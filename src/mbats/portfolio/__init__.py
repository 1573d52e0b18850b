"""From a signal to a size: sizing rules, and (with live trading) the limits before an order is sent."""
