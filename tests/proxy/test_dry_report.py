"""What a dry run has seen: bounded, and by rule."""

from datetime import UTC, datetime

from proxy.dry_report import LONGEST_PATH, MOST_LINES, MOST_PATHS, DryReport, by_rule

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_the_paths_seen_last_are_kept() -> None:
    report = DryReport()

    for n in range(MOST_PATHS + 2):
        report.note(f"/{n}", "no_slot", 0, now=NOW)
    report.note("/2", "personal", 3, now=NOW)

    pages = report.pages()
    assert len(pages) == MOST_PATHS
    assert (pages[0].path, pages[0].times, pages[0].replaced) == ("/2", 2, 3)
    assert pages[-1].path == "/3"


def test_a_long_path_is_cut() -> None:
    report = DryReport()

    page = report.note("/" + "a" * 999, "no_slot", 0, now=NOW)

    assert len(page.path) == LONGEST_PATH + 1


def test_what_is_left_alone_stands_under_its_rule_with_the_first_lines() -> None:
    found = by_rule([("iban", 9), *(("comment", line) for line in (1, 1, *range(2, 20)))])

    assert [(one.rule, one.count) for one in found] == [("comment", 20), ("iban", 1)]
    assert found[0].lines == (1, 2, 3, 4, 5)[:MOST_LINES]
