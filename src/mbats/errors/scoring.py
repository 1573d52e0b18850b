from mbats.errors.base import MbatsError


class ModelUnbound(MbatsError):
    """{strategy} has no model to act on.

    Name one: `--param model=NAME` on the command line, `model="NAME"` in a notebook; `mbats model list` shows them all.
    """


class NothingScored(MbatsError):
    """Model {model} says nothing of any of these bars, so there is nothing to trade.

    Take bars from after its training on, and enough of them before for its features to warm up.
    """


class SchemaChanged(MbatsError):
    """Model {model} was registered with other columns than its features make now: {registered}; they make {found}.

    It scores nothing. Take the code it was trained with (`mbats model list` names the commit), or train anew: mbats
    model train
    """


class FeaturesWithoutState(MbatsError):
    """Model {model} cannot be traded: {columns} depend on every bar since the first, and keep no state to go on from.

    Train with recursive features of MBATS (`mbats model features` lists them) or with such as look back a stated
    number of bars.
    """


class FitFormatUnknown(MbatsError):
    """A fit of model {model} is written as {format!r}, which is not read here; known: {known}.

    Nothing was loaded. Train anew: mbats model train
    """
