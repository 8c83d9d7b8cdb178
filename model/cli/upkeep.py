"""``compile``, ``backup`` and ``restore``: what whoever runs the app on a server does with it."""

from __future__ import annotations

import time
from pathlib import Path

from model.cli.context import GOOD, CommandContext, WrongUse
from model.files import backup
from model.files.folders import readable_name


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


def backup_command(context: CommandContext) -> int:
    """Write all that users have saved into one file."""
    made = backup.write_backup(Path(context.options.file))
    if context.json:
        context.emit_json(
            {"file": context.options.file, "files": made.files, "left_out": list(made.left_out)}
        )
    else:
        context.print(context.text("backup.done", file=context.options.file, files=made.files))
        for name in made.left_out:
            context.warn([context.text("backup.left_out", name=readable_name(name))])
    return GOOD


def restore_command(context: CommandContext) -> int:
    """Put what a backup holds in its place; what is there already stays unless it is to be replaced."""
    try:
        restored = backup.restore_backup(Path(context.options.file), replace=context.options.replace)
    except backup.NotEmpty as problem:
        raise WrongUse(context.text("restore.not_empty", folder=problem.folder)) from None
    except backup.NoBackup:
        raise WrongUse(context.text("restore.no_backup", file=context.options.file)) from None
    aside = restored.aside
    if context.json:
        plain = {"files": restored.files, "replaced": None if aside is None else str(aside)}
        context.emit_json(plain)
    else:
        context.print(context.text("restore.done", files=restored.files))
        if aside is not None:
            context.print(context.text("restore.aside", folder=aside))
    return GOOD
