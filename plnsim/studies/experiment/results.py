"""A stored experiment as tables: what each point was, and what came out at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas

from plnsim.common.errors import BadInput, told
from plnsim.simulation.model_version import model_version
from plnsim.simulation.scenario.declared import DECLARED
from plnsim.studies.experiment.design import DUMMY
from plnsim.studies.experiment.factorial import Levels
from plnsim.studies.experiment.store import MANIFEST, Store, stores_below

KEYS = ("run", "point", "replicate", "status", "error")
"""Columns of a run that are no outcomes."""
ASKED = {"scenario": str, "method": str, "names": list, "groups": list, "outcomes": list, "replicates": int, "seed": int, "second_order": bool}
"""What every manifest says that was asked for, and as what."""
CAVEAT = ("This store was made by another version of the model ({then}; this one is {now}). Its outcomes stand; the values of its parameters "
          "are told by the ranges that this version declares.")


@dataclass(frozen=True)
class Stored:
    """A store that is read, not continued."""

    folder: Path
    manifest: dict

    @classmethod
    def of(cls, folder: Stored | Path | str) -> Stored:
        """The store in a folder, or the only one of the stores below it (one that is read already stays as it is); raises ``BadInput``."""
        if isinstance(folder, cls):
            return folder
        stores = stores_below(Path(folder))
        if len(stores) > 1:
            raise BadInput(f"{folder} holds {len(stores)} variants", place=str(folder),
                           right=f"one of: {', '.join(str(one.folder) for one in stores)}")
        if problem := _missing(stores[0].manifest):
            raise BadInput(f"the manifest is damaged: {problem}", place=str(stores[0].folder / MANIFEST),
                           right="the file as plnsim experiment wrote it")
        return cls(stores[0].folder, stores[0].manifest)

    @property
    def asked(self) -> dict:
        """What the experiment asked for: scenario (as text), method, names, groups, outcomes, replicates, seed."""
        return self.manifest["asked"]

    @property
    def method(self) -> str:
        return self.asked["method"]

    @property
    def names(self) -> tuple[str, ...]:
        """What varied, the dummy among it."""
        return tuple(self.asked["names"])

    @property
    def replicates(self) -> int:
        return self.asked["replicates"]

    @property
    def factors(self) -> dict[str, dict[str, dict]]:
        """The factors of a factorial design, each with its levels and their values by dotted name."""
        return self.asked.get("factors", {})

    @property
    def caveat(self) -> str:
        """What a reader must know when another version of the model made the store; empty when this one did."""
        then, now = self.manifest["model"], model_version()
        return "" if then == now else CAVEAT.format(then=then, now=now)

    @cached_property
    def shares(self) -> pandas.DataFrame:
        """The points in the unit cube, a column a parameter."""
        shares = Store(self.folder, self.manifest).design()
        if missing := set(self.names) - set(shares.columns):
            raise BadInput(f"the design has no column {min(missing)}", place=str(self.folder), right="a folder as plnsim experiment wrote it")
        return shares

    @cached_property
    def values(self) -> pandas.DataFrame:
        """What each point was: numbers, whole numbers, names of options, and of a factor the name of its level; the dummy is its share."""
        return pandas.DataFrame({name: [self._place(name, share) for share in self.shares[name]] for name in self.names})

    def _place(self, name: str, share: float) -> object:
        if name == DUMMY:
            return float(share)
        if name in self.factors:
            return Levels({level: level for level in self.factors[name]}).placed(share)
        return DECLARED[name].placed(float(share))

    @cached_property
    def runs(self) -> pandas.DataFrame:
        """All finished runs, a row each, in the order of their numbers; raises ``BadInput`` where they are of another design."""
        runs = Store(self.folder, self.manifest).read()
        if not (runs["point"].between(0, len(self.shares) - 1) & runs["replicate"].between(0, self.replicates - 1)).all():
            raise BadInput("the runs and the design do not belong together", place=str(self.folder), right="a folder as plnsim experiment wrote it")
        return runs

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Every column of the runs that is an outcome, those of single weeks as well."""
        return tuple(name for name in self.runs.columns if name not in KEYS)

    def means(self, outcomes: tuple[str, ...]) -> pandas.DataFrame:
        """The means over the replicates of each point whose runs are all finished; NaN where an outcome is not defined in one of them."""
        finished = np.bincount(self.runs["point"], minlength=len(self.shares)) == self.replicates
        return pandas.DataFrame({one: self.cube(one).mean(axis=1) for one in outcomes})[finished]

    def cube(self, outcome: str) -> np.ndarray:
        """An outcome as points x replicates, NaN where a run is missing or failed."""
        found = np.full((len(self.shares), self.replicates), np.nan)
        found[self.runs["point"], self.runs["replicate"]] = self.runs[outcome]
        return found


def _missing(manifest: dict) -> str:
    """What a manifest does not hold as it should; nothing where all is there."""
    asked, factors = manifest.get("asked"), {}
    if isinstance(asked, dict):
        factors = asked.get("factors", {})
    told_of = all(isinstance(manifest.get(one), str) for one in ("name", "variant", "model"))
    if not told_of or not isinstance(asked, dict) or not isinstance(factors, dict):
        return "it does not say what was asked for"
    for key, kind in ASKED.items():
        if not isinstance(asked.get(key), kind):
            return f"it does not say the {key} that was asked for"
    unknown = [told(name) for name in asked["names"] if not isinstance(name, str) or not (name == DUMMY or name in factors or name in DECLARED)]
    if unknown:
        return f"it names {unknown[0]}, which is no parameter"
    return "" if asked["replicates"] > 0 and all(isinstance(one, dict) and one for one in factors.values()) else "its numbers cannot be"
