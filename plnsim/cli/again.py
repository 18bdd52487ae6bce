"""What makes an experiment or a calibration again, where ``plnsim replay`` is asked for it."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from plnsim.common.command_line import command_line
from plnsim.common.errors import InputError
from plnsim.common.user_files import read_user_text
from plnsim.publish.calibration.save import MANIFEST
from plnsim.studies.experiment.store import ASKED, LARGEST_MANIFEST, find_stores


def command_instead(folder: Path, problem: InputError) -> InputError:
    """What to do with a folder that holds an experiment or a calibration and no record of a run; else ``problem``."""
    what, again = "", ""
    with contextlib.suppress(InputError):
        store = find_stores(folder)[0]
        what, again = "an experiment", str(store.manifest.get("again", ""))
        folder = store.folder.parent
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, InputError):
        name = json.loads(read_user_text(folder / MANIFEST, MANIFEST, LARGEST_MANIFEST))["calibration"]
        what, again = "a calibration", command_line("calibrate", f"{ASKED}/{name}.toml")
    if not what:
        return problem
    return InputError(
        f"{folder} holds {what} and no record of a run: it is made again by the command that made it",
        place=str(folder),
        right=f"in that folder: {again} --out again; its tables are the same then"
        if again
        else "plnsim experiment with the same file and another --out",
    )
