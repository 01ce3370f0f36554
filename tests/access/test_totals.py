"""Totals are remembered in proportion to what counting them cost, and forgotten after a write."""

from config.totals import ALWAYS_FRESH_BELOW_SECONDS, MAX_REMEMBERED, TRUST_FACTOR, Totals


class CountedRows:
    """Rows that take time to count, on a clock that only counting moves."""

    def __init__(self, seconds: float) -> None:
        self.now = 0.0
        self.rows = 7
        self.counted = 0
        self._seconds = seconds

    def count(self) -> int:
        self.counted += 1
        self.now += self._seconds
        return self.rows


def test_cheap_count_is_made_afresh_each_time() -> None:
    rows = CountedRows(seconds=ALWAYS_FRESH_BELOW_SECONDS / 2)
    totals = Totals(lambda: rows.now)
    assert [totals.get("list", rows.count) for _ in range(3)] == [7, 7, 7]
    assert rows.counted == 3


def test_expensive_count_is_trusted_in_proportion_to_its_cost() -> None:
    rows = CountedRows(seconds=0.5)
    totals = Totals(lambda: rows.now)
    totals.get("list", rows.count)
    rows.rows = 8
    rows.now = 0.5 + 0.5 * TRUST_FACTOR - 0.01
    assert totals.get("list", rows.count) == 7
    rows.now += 0.02
    assert totals.get("list", rows.count) == 8


def test_each_list_has_its_own_total() -> None:
    rows = CountedRows(seconds=1)
    totals = Totals(lambda: rows.now)
    totals.get("list", rows.count)
    rows.rows = 3
    assert (totals.get("other list", rows.count), totals.get("list", rows.count)) == (3, 7)


def test_forgotten_total_is_counted_again() -> None:
    rows = CountedRows(seconds=1)
    totals = Totals(lambda: rows.now)
    totals.get("list", rows.count)
    rows.rows = 8
    totals.forget()
    assert totals.get("list", rows.count) == 8


def test_total_counted_before_a_write_is_not_remembered_after_it() -> None:
    rows = CountedRows(seconds=1)
    totals = Totals(lambda: rows.now)

    def count_while_somebody_writes() -> int:
        counted = rows.count()
        rows.rows = 8
        totals.forget()
        return counted

    assert totals.get("list", count_while_somebody_writes) == 7
    assert totals.get("list", rows.count) == 8


def test_number_of_remembered_totals_is_bounded() -> None:
    rows = CountedRows(seconds=1e-6 + ALWAYS_FRESH_BELOW_SECONDS)
    totals = Totals(lambda: rows.now)
    for n in range(MAX_REMEMBERED):
        totals.get(n, lambda: 1)
        rows.now = 0
        totals.get(n, rows.count)
    rows.now = 0
    totals.get("one too many", rows.count)
    counted = rows.counted
    rows.now = 0
    totals.get(MAX_REMEMBERED - 1, rows.count)
    assert rows.counted == counted + 1
