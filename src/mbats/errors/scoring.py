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

    Train with recursive features of MBATS (docs/feature-catalogue.md lists them) or with such as look back a stated
    number of bars.
    """


class FitFormatUnknown(MbatsError):
    """A fit of model {model} is written as {format!r}, which is not read here; known: {known}.

    Nothing was loaded. Train anew: mbats model train
    """


class EstimatorChanged(MbatsError):
    """Model {model} was trained by another {estimator!r}: its code has the digest {found}, not {expected}.

    Nothing was loaded. Put the estimator's file, and those beside it that it imports, back as they were, or train anew:
    mbats model train
    """


class PinUnreadable(MbatsError):
    """{text!r} pins no version of a model; a pin reads NAME/NUMBER#ID, where the id has 64 hexadecimal digits.

    Name the model instead: model=NAME, model=NAME@ALIAS or model=NAME/NUMBER.
    """


class BarsInTraining(MbatsError):
    """Model {model} may not judge {count} of {total} bars of {symbol}: it was trained on them, or on later ones.

    The first bar that it may judge opens at {first}. Begin there: --start {start}
    """


class BarsAfterUse(MbatsError):
    """Model {model} may not judge {count} of {total} bars of {symbol}: none of its fits is in use after {last}.

    End there (--end {end}), or train anew: mbats model train --name {name}
    """


class ModelOfOtherBars(MbatsError):
    """Model {model} was trained on {trained}, not on {symbol} {timeframe}.

    Trade what it knows, or train one for these bars: mbats model train {symbol} -t {timeframe}
    """


class ModelReadsSeries(MbatsError):
    """Model {model} reads {series}, and a strategy is handed bars alone: it cannot be traded.

    Train without those features, or judge it by its scores: mbats model list {name}
    """


class LibrariesChanged(MbatsError):
    """Model {model} would be scored by {libraries}: another release than it was trained with.

    A real broker's account gets no scores that nobody has judged. Install what it was trained with
    (pip install -r requirements.lock of its commit), or train anew: mbats model train --name {name}
    """


class ModelNotLive(MbatsError):
    """Version {model} is not the one that is released for real money: the alias `live` of {name!r} {state}.

    Releasing a version is a person's decision: mbats model promote {model} --to live
    """


class SyntheticModel(MbatsError):
    """Model {model} was trained on generated prices: no real broker trades it.

    Train it on recorded bars (`mbats data ingest` brings them); it may trade on paper meanwhile.
    """
