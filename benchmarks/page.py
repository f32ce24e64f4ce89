"""What docs/performance.md and the README show: tables made from the figures, between two marks, ratios first."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from .figures import Figures

ROOT = Path(__file__).parents[1]
PAGE, README = ROOT / "docs" / "performance.md", ROOT / "README.md"
CHART = "![Posts a second, ours beside three job queues](performance.svg)"
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"

Rows = Sequence[dict[str, Any]]


def write(figures: Figures) -> None:
    """Put the tables in the place of those that stand there."""
    _between(PAGE, [*([CHART, ""] if "posts" in figures else []), *_parts(figures)])
    _between(README, [*_few(figures), ""])


def _between(file: Path, lines: Iterable[str]) -> None:
    before, _, rest = file.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    told = "\n".join(lines)
    file.write_text(f"{before}{BEGIN}\n\n{told}\n{END}{after}", "utf-8")


def _parts(figures: Figures) -> Iterator[str]:
    for part, (title, lines) in PARTS.items():
        yield f"### {title}\n"
        if part not in figures:
            yield f"Not measured yet: `make bench ONLY={part}` does.\n"
            continue
        found = figures[part]
        yield from lines(found["rows"])
        yield f"\n{found['when']}, commit {found['commit']}, {found['machine']}; it took {found['seconds']} s.\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


# ------------------------------------------------------------------ the README's few


def _few(figures: Figures) -> Iterator[str]:
    rows = [row for part, few in FEW.items() if part in figures for row in few(figures[part]["rows"])]
    if rows:
        when = max(each["when"] for each in figures.values())
        yield from _table((f"`make bench`, {when}", "Leadcycle", "beside it"), rows)


def _few_posts(rows: Rows) -> Iterator[Sequence[str]]:
    two = {each["app"]: each["rate"] for each in rows if each["workers"] == 2}
    others = ", ".join(f"{app} {rate:.0f}" for app, rate in two.items() if app not in (OURS, DRAWN))
    yield "prompts a second, drawn before, PostgreSQL, two workers", f"{two[DRAWN]:.0f}", others
    one = {each["app"]: each["rate"] for each in rows if each["database"] == "sqlite"}
    yield "the same on SQLite, one worker", f"{one[DRAWN]:.0f}", ""
    yield "the same, judged and drawn when they go", f"{two[OURS]:.0f}; SQLite {one[OURS]:.0f}", ""


def _few_of_crowd(rows: Rows) -> Iterator[Sequence[str]]:
    waits = ", ".join(f"{each['p99']:.0f} ms on {each['database']}" for each in rows)
    yield "50 answers at once during a fan-out of 5,000: 99 of 100 are kept within", waits, ""


def _few_of_idle(rows: Rows) -> Iterator[Sequence[str]]:
    yield "memory while nothing happens", f"{max(each['megabytes'] for each in rows):.0f} MB", ""


def _few_acknowledged(rows: Rows) -> Iterator[Sequence[str]]:
    at = {each["app"]: each for each in rows if (each["kind"], each["load"]) == ("command", "one at a time")}
    told = {app: f"{each['p50']:.0f} ms" for app, each in at.items()}
    yield (
        "a command in Slack is acknowledged",
        told["leadcycle"],
        f"a bare Bolt app that keeps it {told['bolt + insert']}",
    )


def _few_turns(rows: Rows) -> Iterator[Sequence[str]]:
    at = {each["app"]: f"{each['p50']:.0f} ms" for each in rows if each["kind"] == "card submit"}
    yield "a card in Teams is answered", at["leadcycle"], f"a waterfall that keeps nothing {at['waterfall']}"


FEW: dict[str, Callable[[Rows], Iterator[Sequence[str]]]] = {
    "posts": _few_posts,
    "crowd": _few_of_crowd,
    "idle": _few_of_idle,
    "acknowledging": _few_acknowledged,
    "turns": _few_turns,
}

# ------------------------------------------------------------------ the parts


def _posts(rows: Rows) -> Iterator[str]:
    ours = {(each["database"], each["workers"]): each["rate"] for each in rows if each["app"] == OURS}
    drawn = {(each["database"], each["workers"]): each["rate"] for each in rows if each["app"] == DRAWN}

    def ratio(known: dict[tuple[str, int], float], each: dict[str, Any]) -> str:
        mine = known.get((each["database"], each["workers"]))
        return f"{mine / each['rate']:.2f}" if mine and each["app"] not in (OURS, DRAWN) else "–"

    head = ("", "database", "workers", "we are, drawn before", "we are, judged and drawn", "posts/s", "CPU of workers")
    yield from _table(
        (*head, "lost", "twice"),
        (
            (
                each["app"],
                each["database"],
                str(each["workers"]),
                ratio(drawn, each),
                ratio(ours, each),
                f"{each['rate']:.0f}",
                f"{each['cpu']:.2f} ms",
                str(each["lost"]),
                str(each["twice"]),
            )
            for each in rows
        ),
    )


def _answers(rows: Rows) -> Iterator[str]:
    rates = {(each["app"], each["database"]): each for each in rows}
    yield from _table(
        ("", "ratio", "Leadcycle", "SQL by hand", "CPU of each"),
        (
            (
                database,
                f"{ours['rate'] / hand['rate']:.2f}",
                f"{ours['rate']:.0f}/s",
                f"{hand['rate']:.0f}/s",
                f"{ours['cpu']:.1f} ms / {hand['cpu']:.1f} ms",
            )
            for database in dict.fromkeys(each["database"] for each in rows)
            for ours, hand in [(rates[OURS, database], rates["by hand", database])]
        ),
    )


def _ticks(rows: Rows) -> Iterator[str]:
    first = _first(rows)
    yield from _table(
        ("", "people", "ratio for each prompt", "ratio of an idle tick", "for each prompt", "idle tick"),
        (
            (
                each["database"],
                f"{each['members']:,}",
                f"{each['per_prompt'] / first[each['database']]['per_prompt']:.2f}",
                f"{each['idle'] / first[each['database']]['idle']:.2f}",
                f"{each['per_prompt']:.2f} ms",
                f"{each['idle']:.2f} ms",
            )
            for each in rows
        ),
    )


def _stored(rows: Rows) -> Iterator[str]:
    first = _first(rows)
    yield from _table(
        ("", "stored answers", "ratio", "a turn"),
        (
            (
                each["database"],
                f"{each['stored']:,}",
                f"{each['milliseconds'] / first[each['database']]['milliseconds']:.2f}",
                f"{each['milliseconds']:.1f} ms",
            )
            for each in rows
        ),
    )


def _pages(rows: Rows) -> Iterator[str]:
    yield from _table(
        ("a page, with 200 schools and 1,000,000 answers", "", "who reads it", "half", "all but one in twenty"),
        (
            (each["page"], each["database"], each["reader"], f"{each['median']:.0f} ms", f"{each['most']:.0f} ms")
            for each in rows
        ),
    )


def _idle(rows: Rows) -> Iterator[str]:
    yield from _table(
        ("", "resident memory", "of one core"),
        ((each["database"], f"{each['megabytes']:.0f} MB", f"{each['cpu']:.1f} %") for each in rows),
    )


def _crowd(rows: Rows) -> Iterator[str]:
    yield from _table(
        ("", "half of the answers", "all but one in a hundred", "answers", "the fan-out took"),
        (
            (
                each["database"],
                f"{each['p50']:.0f} ms",
                f"{each['p99']:.0f} ms",
                str(each["answers"]),
                f"{each['fan_out']:.1f} s",
            )
            for each in rows
        ),
    )


def _fairness(rows: Rows) -> Iterator[str]:
    first = _first(rows)
    yield from _table(
        (
            "",
            "backlog of another",
            "later: half",
            "later: the last",
            "half had arrived after",
            "all but 1 %",
            "the last",
        ),
        (
            (
                each["database"],
                f"{each['backlog']:,}",
                *(f"{each[name] - first[each['database']][name]:.1f} s" for name in ("p50", "last")),
                *(f"{each[name]:.1f} s" for name in ("p50", "p99", "last")),
            )
            for each in rows
        ),
    )


def _week(rows: Rows) -> Iterator[str]:
    yield from _table(
        ("", "posts", "due moments", "late: half", "all but 5 %", "all but 1 %", "most", "the whole week"),
        (
            (
                each["database"],
                f"{each['posts']:,}",
                str(each["moments"]),
                *(f"{each[name]:.1f} s" for name in ("p50", "p95", "p99", "most")),
                f"{each['seconds']:.0f} s",
            )
            for each in rows
        ),
    )


def _acknowledged(rows: Rows) -> Iterator[str]:
    yield from _table(
        ("", "load", "app", "half of the requests", "all but one in a hundred"),
        ((each["kind"], each["load"], each["app"], f"{each['p50']:.1f} ms", f"{each['p99']:.1f} ms") for each in rows),
    )


def _turns(rows: Rows) -> Iterator[str]:
    yield from _table(
        ("", "app", "half of the turns", "all but one in twenty", "of 24 people at once"),
        (
            (each["kind"], each["app"], f"{each['p50']:.0f} ms", f"{each['p95']:.0f} ms", f"{each['pace']:.0f}/s")
            for each in rows
        ),
    )


def _starting(rows: Rows) -> Iterator[str]:
    yield from _table(
        ("", "until it is ready", "memory"),
        ((each["what"], f"{each['seconds']:.2f} s", f"{each['megabytes']:.0f} MB") for each in rows),
    )


def _first(rows: Rows) -> dict[str, dict[str, Any]]:
    """The first row of each database: the smallest, against which the others are held."""
    return {each["database"]: each for each in reversed(rows)}


OURS, DRAWN = "leadcycle", "leadcycle, drawn before"
PARTS: dict[str, tuple[str, Callable[[Rows], Iterator[str]]]] = {
    "posts": ("Prompts a second, from due to settled", _posts),
    "answers": ("Typed answers a second, from a signed request to the commit", _answers),
    "ticks": ("A beat of the clock", _ticks),
    "stored": ("A turn where much is stored", _stored),
    "pages": ("The pages of a large district", _pages),
    "idle": ("While nothing happens", _idle),
    "crowd": ("Fifty answers at once while a fan-out goes to 5,000", _crowd),
    "fairness": ("Others beside one tenant's backlog", _fairness),
    "week": ("A week of 5,000 teachers", _week),
    "acknowledging": ("Slack is acknowledged, on SQLite", _acknowledged),
    "turns": ("A turn in Teams, on SQLite", _turns),
    "starting": ("From nothing to ready", _starting),
}
