from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlflow.exceptions import MlflowException
from mlflow.version import VERSION
from requests.exceptions import RequestException
from sqlalchemy.exc import SQLAlchemyError

from mbats.errors.training import TrackingRefused, TrackingUnreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNREACHED = ("API request to", "Max retries exceeded", "OperationalError", "Connection refused", "timed out")


@contextmanager
def in_our_words(address: str) -> Iterator[None]:
    """Turn what MLflow and its ways to a store raise into errors that say what to do.

    Raises
    ------
    TrackingUnreachable, TrackingRefused
    """
    try:
        yield
    except (RequestException, SQLAlchemyError) as error:
        raise TrackingUnreachable(address=address, cause=_first_words(error)) from error
    except MlflowException as error:
        if any(sign in str(error) for sign in _UNREACHED):
            raise TrackingUnreachable(address=address, cause=_first_words(error)) from error
        raise TrackingRefused(address=address, cause=_first_words(error), ours=VERSION) from error


def _first_words(error: Exception) -> str:
    return " ".join(str(error).split())[:300].rstrip(".")
