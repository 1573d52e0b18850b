"""Why a live session earned what it earned, beside the backtest of the same bars: trade by trade, to the cent."""
