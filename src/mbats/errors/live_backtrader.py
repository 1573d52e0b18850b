from mbats.errors.base import MbatsError


class OrderNotLive(MbatsError):
    """{strategy} sent an order at {market} that no session can trade: {order}. {why}.

    The session stops with its stops in place, and nothing of that bar was sent. {instead}; then start another session.
    """


class ReplayDiffers(MbatsError):
    """{strategy} does not decide again as it did at {market}: then {then}, now {now}.

    A session of a Backtrader strategy goes on by running it over the same bars and fills again, so it has to do the
    same: no clock, no random numbers without a seed, no files, no network. The session stops with its stops in place;
    mend the strategy and start another session.
    """
