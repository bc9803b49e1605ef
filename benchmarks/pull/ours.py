"""One pull into the index on disk, by the code that `syncd run-once` pulls with."""

from __future__ import annotations

import sys
from pathlib import Path

from clocked import report
from server import ADMINISTRATION

from syncd import registry
from syncd.cycle.app import App
from syncd.cycle.pull import pull_accounts
from syncd.index.store import open_index
from syncd.retention import parse_schedule
from syncd.service import clock
from syncd.service.defaults import default_schedule_text
from syncd.settings import load_settings

MODELS = registry.models()
"""Finding the connectors imports them: like every import, that is the start of the process and not the pull."""

CONFIGURATION = """\
[service]
state_dir = "{folder}/state"
[accounts.books]
connector = "moneybird"
base_url = "{address}"
administration_id = "{administration}"
token = "${{TOKEN}}"
rate = "10000000/1h"
"""


def main(address: str, folder: Path) -> int:
    path = folder / "syncd.toml"
    path.write_text(CONFIGURATION.format(folder=folder, address=address, administration=ADMINISTRATION))
    settings = load_settings(path, {"TOKEN": "benchmark"}, MODELS)
    schedule = parse_schedule(default_schedule_text(), "default")
    app = App(settings, schedule, open_index(settings.service.state_dir, {}), clock.now)
    try:
        outcome = pull_accounts(app, clock.now().isoformat())["books"]
    finally:
        app.close()
    if not outcome.complete:
        raise SystemExit(f"not complete: {outcome.code} {outcome.text}")
    return outcome.records


if __name__ == "__main__":
    report(lambda: main(sys.argv[1], Path(sys.argv[2])))
