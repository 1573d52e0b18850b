"""How much a result proves: the register of trials, Sharpe ratios deflated by it, the odds of overfitting."""
