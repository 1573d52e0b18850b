from mbats.errors.base import MbatsError


class ModelUnbound(MbatsError):
    """{strategy} has no model to act on.

    Name one: `--param model=NAME` on the command line, `model="NAME"` in a notebook; `mbats model list` shows them all.
    """


class NothingScored(MbatsError):
    """Model {model} says nothing of any of these bars, so there is nothing to trade.

    Take bars from after its training on, and enough of them before for its features to warm up.
    """
