"""What an interrupted study keeps, and what makes it again where ``plnsim replay`` is asked for it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

from plnsim.common.command_line import command_line
from plnsim.common.errors import InputError
from plnsim.common.user_files import read_user_text
from plnsim.output.terminal import echo_note
from plnsim.studies.experiment.store import ASKED, LARGEST_MANIFEST, Store, find_stores, read_manifest
from plnsim.studies.experiment.store import MANIFEST as STORE


def command_instead(folder: Path, problem: InputError) -> InputError:
    """What to do with a folder that holds an experiment or a calibration and no record of a run; else ``problem``."""
    from plnsim.publish.calibration.save import MANIFEST

    what, again = "", ""
    with contextlib.suppress(InputError, OSError):
        store = find_stores(folder)[0]
        what, again = "an experiment", str(store.manifest.get("again", ""))
        folder = store.folder.parent
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, InputError):
        told = json.loads(read_user_text(folder / MANIFEST, MANIFEST, LARGEST_MANIFEST))
        words = (f"{ASKED}/{told['calibration']}.toml", "--budget", told["budget"])
        what, again = "a calibration", command_line("calibrate", *words)
    if not what:
        return problem
    return InputError(
        f"{folder} holds {what} and no record of a run: it is made again by the command that made it",
        place=str(folder),
        right=f"in that folder: {again} --out again; its tables are the same then"
        if again
        else "plnsim experiment with the same file and another --out",
    )


@contextlib.contextmanager
def telling_what_is_kept(folder: Path) -> Iterator[None]:
    """Says on an interruption how many runs the stores below a folder hold, and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        runs = 0
        for path in folder.rglob(STORE):
            with contextlib.suppress(InputError, OSError):
                runs += len(Store(path.parent, read_manifest(path.parent)).read())
        kept = f"{runs:,} finished runs are kept" if runs else "no batch of runs was finished, so none is kept"
        echo_note(f"{kept} in {folder}; the same command goes on from there")
        raise
