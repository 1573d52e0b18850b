"""Where a session and Cerebro meet: the session hands in closed bars, Cerebro runs over them, nobody else moves."""

from __future__ import annotations

from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from mbats.adapters.backtrader.raw import Blame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from mbats.live.past import News


class Close(NamedTuple):
    """The close of bars that opened together, and all that a strategy is told there.

    Attributes
    ----------
    opened, known
        When the bars opened and were known, nanoseconds UTC.
    bars
        Mid prices by symbol: open, high, low, close, volume.
    news
        What happened to the account since the close before.
    nav
        Net asset value, account currency.
    rate
        Account currency per unit of an instrument's quote currency.
    trading
        False before the session's start: orders are turned away.
    """

    opened: int
    known: int
    bars: Mapping[str, Sequence[float]]
    news: Sequence[News]
    nav: float
    rate: Callable[[str], float]
    trading: bool


class LiveStore:
    """A store in Backtrader's sense, and the only place where its thread waits.

    The session's thread waits while Cerebro's runs, and the reverse; so nothing that they share needs a lock.

    Attributes
    ----------
    present
        The close that Cerebro runs over.
    """

    def __init__(self) -> None:
        self.present: Close | None = None
        self._closes: SimpleQueue[Close | None] = SimpleQueue()
        self._answers: SimpleQueue[BaseException | None] = SimpleQueue()

    # The session's side.

    def begin(self, run: Callable[[], Any]) -> None:
        """Let Cerebro run in a thread of its own, up to the first bar."""
        # A daemon: it may wait for a bar when the process ends.
        Thread(target=self._run, args=(run,), name="backtrader", daemon=True).start()
        self._hear()

    def step(self, close: Close) -> None:
        """Let Cerebro run over one more close; raises what it raised."""
        self._closes.put(close)
        self._hear()

    def dismiss(self) -> None:
        """End the thread where it waits; the strategy is not told, since a session has no last bar."""
        self._closes.put(None)

    def _hear(self) -> None:
        if (failure := self._answers.get()) is not None:
            raise failure

    # Cerebro's side.

    def start(self, data: Any = None, broker: Any = None) -> None:
        """Do nothing: feeds and broker know the store already."""

    def stop(self) -> None:
        """Do nothing."""

    def get_notifications(self) -> tuple[()]:
        """Hand over to the session; Cerebro calls this once before every bar."""
        self._answers.put(None)
        self.present = self._closes.get()
        if self.present is None:
            raise SystemExit  # ends this thread alone, in silence
        return ()

    def _run(self, run: Callable[[], Any]) -> None:
        with _Report(self._answers), Blame():
            run()


class _Report:
    """Tells the session why Cerebro's thread ended."""

    def __init__(self, answers: SimpleQueue[BaseException | None]) -> None:
        self._answers = answers

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, cause: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if cause is not None and not isinstance(cause, SystemExit):
            self._answers.put(cause)
        return True
