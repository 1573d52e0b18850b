"""Euro foreign exchange reference rates of the European Central Bank."""
