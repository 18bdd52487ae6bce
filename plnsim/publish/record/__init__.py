"""The record of a run, or of a comparison, in a folder: written, read, and simulated again."""

from plnsim.publish.provenance import changed_versions
from plnsim.publish.record.parse import read, read_provenance, replay
from plnsim.publish.record.save import check_folder, check_names, write, write_comparison, write_report

__all__ = [
    "changed_versions",
    "check_folder",
    "check_names",
    "read",
    "read_provenance",
    "replay",
    "write",
    "write_comparison",
    "write_report",
]
