"""All charging transactions, the newest first; each opens into its course."""

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import partial
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from inspector.protocol.plural import plural
from inspector.store.alone import NOTHING, Alone, alone
from inspector.store.overview import live_sessions
from inspector.store.reader import Reader
from inspector.store.transaction import Transaction
from inspector.store.transactions import Transactions
from inspector.tui.composed.columns import Column
from inspector.tui.composed.lines import Line
from inspector.tui.composed.titles import counted
from inspector.tui.composed.transaction_page import cells
from inspector.tui.keys import bindings
from inspector.tui.screens.apart import READING, Apart
from inspector.tui.screens.transaction import TransactionScreen
from inspector.tui.targets import Target, of_transaction
from inspector.tui.widgets.listing import Listing
from inspector.tui.widgets.row_table import RowTable

TITLE = "4 transactions · enter opens one"
AHEAD = 200
"""Rows that are read beyond the cursor."""


class Sessions(NamedTuple):
    """The ids of the sessions that are open, and those that are no traffic."""

    live: Set[int]
    left_out: Alone


class TransactionsScreen(Apart):
    """One row a transaction."""

    place = "transactions"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("transactions")]

    def __init__(self) -> None:
        super().__init__()
        self._transactions = Transactions()
        self._live: Set[int] = frozenset()
        self._left_out = NOTHING
        self._wanted = 0

    def panes(self) -> ComposeResult:
        """Lay out the table."""
        self._table = Listing[Transaction](columns, self._cells, _key, id="transactions")
        self._table.border_title = Content(TITLE)
        self._table.empty = READING
        yield self._table

    def on_mount(self) -> None:
        """Read the newest, and look out for more."""
        self._table.focus()
        self.entitle("reading …")
        self._read_older(AHEAD)
        self.look_out(self._read_newer)

    def _cells(self, transaction: Transaction) -> Mapping[str, Line]:
        session, whole = transaction.session, self._transactions.is_whole
        return cells(transaction, live=session in self._live, whole=whole, replayed=session in self._left_out.runs)

    def _read_older(self, wanted: int) -> None:
        self._wanted = wanted
        self.ask_parts(self._older, self._show, group="transactions")

    def _read_newer(self) -> None:
        self.ask_parts(self._newer, self._show, group="transactions")

    def _older(self, reader: Reader) -> Iterator[Sessions]:
        sessions = _sessions(reader)
        for _ in self._transactions.older(reader, self._wanted):
            yield sessions
        yield from self._refined(reader, sessions)

    def _newer(self, reader: Reader) -> Iterator[Sessions]:
        sessions = _sessions(reader)
        for _ in self._transactions.newer(reader):
            yield sessions
        yield from self._older(reader)

    def _refined(self, reader: Reader, sessions: Sessions) -> Iterator[Sessions]:
        for _ in self._transactions.refine(reader):
            yield sessions
        yield sessions

    def _show(self, sessions: Sessions) -> None:
        self._live, self._left_out = sessions
        self._table.border_title = Content(counted(TITLE, len(self._left_out.drafts)))
        rows = self._transactions.rows()
        self._table.empty = "no charging transaction in this capture"
        self._table.show(rows)
        whole = self._transactions.is_whole
        replayed = sum(each.session in self._left_out.runs for each in rows)
        said = [plural(len(rows) - replayed, "transaction")]
        said += [f"{replayed:,} more in runs"] if replayed else []
        said += ["older ones further down"] if not whole else []
        charging = sum(each.stop_ns is None and not each.refused and each.session in sessions.live for each in rows)
        self.entitle(", ".join(said), f"{charging} charging" if charging else "")

    @on(RowTable.Moved, "#transactions")
    def _moved(self) -> None:
        if not self._transactions.is_whole and self._table.cursor + AHEAD // 2 >= self._wanted:
            self._read_older(self._table.cursor + AHEAD)

    @on(RowTable.Chosen, "#transactions")
    def _chosen(self) -> None:
        if self._table.item is not None:
            self.app.push_screen(TransactionScreen(partial(self._known, self._table.item), self._target))

    def _known(self, then: Transaction) -> tuple[Transaction, bool]:
        """Tell what is known by now of a transaction that was known then."""
        now = next((each for each in self._table.items if _key(each) == _key(then)), then)
        return now, now.session in self._live

    def action_frames(self) -> None:
        """Show its frames on the main screen."""
        if self._table.item is not None:
            self.go(self._target(self._table.item))

    def _target(self, transaction: Transaction) -> Target:
        return of_transaction(transaction, self._left_out)


def _sessions(reader: Reader) -> Sessions:
    return Sessions(live_sessions(reader), alone(reader))


def _key(transaction: Transaction) -> tuple[str, str, int]:
    return transaction.station, transaction.id, transaction.start_ns or 0


def columns(width: int) -> Sequence[Column]:
    """Return the columns there is room for."""
    wide, roomy = width >= 100, width >= 130
    return (
        Column("state", "", 1),
        Column("station", "station", 20 if wide else 13),
        Column("connector", "conn", 4),
        Column("tag", "tag", 7),
        *([Column("id", "id", 18)] if roomy else []),
        Column("start", "start (UTC)", 14) if wide else Column("minute", "start (UTC)", 11),
        *([Column("stop", "stop", 8)] if wide else []),
        Column("duration", "took", 8, True),
        Column("energy", "kWh", 8, True),
        Column("findings", "", 7 if wide else 5),
        Column("ended", "ended", 0),
    )
