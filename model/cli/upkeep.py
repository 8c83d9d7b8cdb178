"""``compile``: what whoever runs the app on a server does with it."""

from __future__ import annotations

import time

from model.cli.context import GOOD, CommandContext


def compile_command(context: CommandContext) -> int:
    """Compile the engine now, so that nobody waits for it at the first start."""
    begun = time.monotonic()
    context.progress("preparing")
    from model.engine.kernel.run import run_batch
    from model.simulation.simulate import warm_up

    warm_up()
    folder = run_batch.stats.cache_path  # type: ignore[attr-defined]  # Numba's decorator carries no type
    seconds = time.monotonic() - begun
    if context.json:
        context.emit_json({"folder": str(folder), "seconds": round(seconds, 1)})
    else:
        context.print(context.text("compile.done", seconds=round(seconds), folder=folder))
    return GOOD
