"""A stored experiment as files that anything reads, with a data dictionary beside them."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Callable
from pathlib import Path

from plnsim.common.files import atomic_folder
from plnsim.output.json_text import json_text
from plnsim.publish.interop.columns import Column, describe_columns, runs_table
from plnsim.publish.interop.dataset import dataset
from plnsim.publish.interop.workbench import ema_results
from plnsim.publish.record.save import check_folder
from plnsim.studies.experiment.ema import ema
from plnsim.studies.experiment.results import ExperimentResults

DICTIONARY, PACKAGE = "dictionary.csv", "datapackage.json"
MEDIA = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "netcdf": "application/x-netcdf",
    "ema": "application/gzip",
}


def export(experiment: ExperimentResults | Path | str, out: Path | str, format: str = "csv") -> Path:
    """Writes a stored experiment to a new folder, in one of ``FORMATS``; all of it, or nothing. Raises ``InputError``.

    Beside the data lie ``dictionary.csv``, for people, and ``datapackage.json`` (Frictionless), for programs: name,
    type, unit, range and meaning of every column, and where the numbers come from.
    """
    results = ExperimentResults.of(experiment)
    check_folder(Path(out))
    return atomic_folder(Path(out), lambda folder: _write_into(results, folder, format))


def _write_into(results: ExperimentResults, folder: Path, format: str) -> None:
    name, write = FORMATS[format]
    columns = describe_columns(results)
    write(results, columns, folder / name)
    with (folder / DICTIONARY).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ["column", "name_in_plnsim", "role", "type", "unit", "minimum", "maximum", "options", "meaning"]
        )
        for column in columns:
            ends = ["" if end is None else f"{end:g}" for end in (column.low, column.high)]
            writer.writerow(
                [
                    column.name,
                    column.origin,
                    column.role,
                    column.kind,
                    column.unit,
                    *ends,
                    "; ".join(column.options),
                    column.meaning,
                ]
            )
    (folder / PACKAGE).write_text(
        json_text(_package(results, columns, name, format), ensure_ascii=False) + "\n", encoding="utf-8"
    )


def _package(results: ExperimentResults, columns: list[Column], path: str, format: str) -> dict[str, object]:
    resource: dict[str, object] = {
        "name": "runs",
        "path": path,
        "format": format,
        "mediatype": MEDIA[format],
        "title": "All finished runs, a row each",
    }
    if format in ("csv", "parquet"):
        resource |= {
            "profile": "tabular-data-resource",
            "schema": {"fields": [_field(column) for column in columns], "primaryKey": "run", "missingValues": [""]},
        }
    if format == "csv":
        resource |= {"encoding": "utf-8"}
    manifest = results.manifest
    return {
        "name": f"plnsim-{manifest['experiment']}",
        "title": f"{manifest['name']}: {manifest['variant']}",
        "profile": "data-package",
        "resources": [
            resource,
            {
                "name": "dictionary",
                "path": DICTIONARY,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "title": "What every column is",
            },
        ],
        "plnsim": {
            "model": manifest["model"],
            "experiment": manifest["experiment"],
            "name": manifest["name"],
            "variant": manifest["variant"],
            **results.settings,
        },
    }


def _field(column: Column) -> dict[str, object]:
    constraints: dict[str, object] = {}
    if column.low is not None:
        constraints |= {"minimum": column.low, "maximum": column.high}
    if column.options:
        constraints |= {"enum": list(column.options)}
    field: dict[str, object] = {
        "name": column.name,
        "type": column.kind,
        "title": column.origin,
        "description": column.meaning,
        "unit": column.unit,
        "role": column.role,
    }
    return field | ({"constraints": constraints} if constraints else {})


def _csv(results: ExperimentResults, columns: list[Column], path: Path) -> None:
    runs_table(results).to_csv(path, index=False)


def _parquet(results: ExperimentResults, columns: list[Column], path: Path) -> None:
    """Writes Parquet whose columns carry their unit and meaning."""
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.Table.from_pandas(runs_table(results), preserve_index=False)
    about = {
        column.name: {"unit": column.unit, "meaning": column.meaning, "name_in_plnsim": column.origin}
        for column in columns
    }
    fields = [field.with_metadata(about[field.name]) for field in table.schema]
    pyarrow.parquet.write_table(table.cast(pyarrow.schema(fields, metadata=table.schema.metadata)), path)


def _netcdf(results: ExperimentResults, columns: list[Column], path: Path) -> None:
    """Writes netCDF 3, which needs SciPy alone and which every netCDF tool reads."""
    dataset(results).to_netcdf(path, engine="scipy")


def _ema(results: ExperimentResults, columns: list[Column], path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it calls its own writer untested; a test of ours reads what it wrote
        ema().save_results(ema_results(results), str(path))


FORMATS: dict[str, tuple[str, Callable[[ExperimentResults, list[Column], Path], None]]] = {
    "csv": ("runs.csv", _csv),
    "parquet": ("runs.parquet", _parquet),
    "netcdf": ("runs.nc", _netcdf),
    "ema": ("results.tar.gz", _ema),
}
"""The file of each format, and what writes it."""
