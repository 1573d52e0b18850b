"""Why a run did not trade, told from its journal alone, so that a recalled run says it too."""

from dataclasses import replace

import pytest

from mbats.execution.order import Reason
from mbats.ledger.journal import Event, JournalWriter, Kind
from mbats.reports.html import page
from mbats.reports.refusals import refusals
from mbats.reports.summary import summary, summary_html


def journal_of(*rows):
    writer = JournalWriter(("EUR_USD",), ("RsiBracket",), ("USD",))
    for kind, reason in rows:
        writer.append(Event(0, kind, reason=reason))
    return writer.journal()


@pytest.mark.parametrize(
    ("kind", "reason", "words"),
    [
        (Kind.REJECT, Reason.INSUFFICIENT_MARGIN, "rejected 1,200 orders for insufficient margin"),
        (Kind.REJECT, Reason.INSUFFICIENT_CASH, "rejected 1,200 orders for insufficient cash"),
        (
            Kind.CANCEL,
            Reason.STOP_LOSS_ON_FILL_LOSS,
            "cancelled 1,200 entry orders because the market was beyond the stop",
        ),
        (Kind.CANCEL, Reason.TAKE_PROFIT_ON_FILL_LOSS, "1,200 entry orders because the market was beyond the target"),
        (Kind.BLOCKED, Reason.SIZE_BELOW_LOT, "No order was sent for 1,200 signals without a size"),
    ],
)
def test_each_reason_is_counted_and_told(kind, reason, words):
    (sentence,) = refusals(journal_of(*[(kind, reason)] * 1_200))
    assert words in sentence


def test_several_reasons_are_several_sentences():
    rows = [(Kind.REJECT, Reason.INSUFFICIENT_MARGIN), (Kind.BLOCKED, Reason.SIZE_BELOW_LOT)]
    margin, size = refusals(journal_of(*rows))
    assert "rejected 1 order for" in margin
    assert "for 1 signal without" in size


def test_the_course_of_trading_is_no_refusal():
    ends = [
        (Kind.EXPIRY, Reason.EXPIRED),
        (Kind.CANCEL, Reason.LINKED_TRADE_CLOSED),
        (Kind.CANCEL, Reason.REPLACED),
        (Kind.REJECT, Reason.LINKED_TRADE_CLOSED),
        (Kind.FILL, Reason.NONE),
    ]
    assert refusals(journal_of(*ends)) == ()


def test_terminal_page_and_notebook_tell_it(run_of):
    run = replace(run_of(), journal=journal_of((Kind.REJECT, Reason.INSUFFICIENT_MARGIN)))
    words = "The venue rejected 1 order for insufficient margin"
    assert any(caution.startswith(words) for caution in summary(run).cautions)
    assert words in page(run, {})
    assert words in summary_html(run)
