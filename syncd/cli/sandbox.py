"""`syncd sandbox`: serve the simulated services until interrupted."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from syncd.cli import common
from syncd.service import clock
from syncd.service.simulation import simulate, write_configuration


def sandbox(
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Another number, another world.")] = 1,
    size: Annotated[int, typer.Option("--size", metavar="N", min=30, help="Number of subjects.")] = 60,
    write: Annotated[
        Path | None,
        typer.Option(
            "--write", metavar="FOLDER", help="Write a connected syncd.toml and .env into this folder."
        ),
    ] = None,
) -> None:
    """Serve the simulated services on this host. Prints their addresses; ends with Ctrl-C."""
    common.setup_logging()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    with simulate(seed, size, clock.today()) as simulation:
        for name, address in simulation.addresses.items():
            typer.echo(f"{name}: {simulation.connectors[name]} at {address}")
        if write is not None:
            write.mkdir(parents=True, exist_ok=True)
            path = write_configuration(simulation, write, mode="approve")
            typer.echo(f"configuration: {path}")
        stop.wait()
        for name, counts in simulation.counts().items():
            typer.echo(
                f"{name}: {counts['reads']} reads, {counts['writes']} writes, {counts['refused']} refused"
            )
