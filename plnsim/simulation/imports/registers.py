"""School registers as published: what their columns are called, which words say that a school is open, and its phase.

The lists that were followed, and when they were looked at (November 2026):

- ``gias``: the extract of all establishments of England's *Get Information about Schools* (``edubasealldata``, columns
  as in the extracts of 2023), and the school-level file of the school workforce census (URN, teachers in full-time
  equivalents or heads).
- ``ccd``: *Public School Characteristics* of the US National Center for Education Statistics, made of the Common Core
  of Data (columns as in 2022-23); -1, -2 and -9 stand for what is missing.
- ``duo``: *Alle vestigingen* of primary and of secondary education of the Dutch DUO (semicolons, Windows-1252), and its
  files of pupils by location (``brin6``: AANTAL_LEERLINGEN by PEILJAAR, -1 where hidden; secondary: a column for each
  year and sex). DUO publishes staff by institution and no coordinates.
- ``schools``: any other list, by what its columns are usually called.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plnsim.common.short_repr import short_repr

PRIMARY, SECONDARY = "primary", "secondary"


@dataclass(frozen=True)
class Register:
    """A register: ``columns`` by what they hold, ``phases`` by word, and the words of schools that are ``open``.

    Only the list of schools has a column ``mark``; other files of the register add numbers to it. ``summed`` begins the
    names of columns that are added up to the number of pupils. Schools of a list without a column of phases are all of
    the ``phase_without`` of them.
    """

    name: str
    title: str
    columns: Mapping[str, tuple[str, ...]]
    phases: Mapping[str, str]
    open: frozenset[str] = frozenset()
    mark: str = ""
    summed: str = ""
    phase_without: str = ""

    __repr__ = short_repr


GIAS = Register(
    "gias",
    "Schools of England (Get Information about Schools)",
    columns={
        "school": ("URN",),
        "name": ("EstablishmentName",),
        "status": ("EstablishmentStatus (name)",),
        "phase": ("PhaseOfEducation (name)",),
        "pupils": ("NumberOfPupils",),
        "teachers": (
            "Total Number of Teachers (Headcount)",
            "Total Number of Teachers (Full-Time Equivalent)",
        ),
        "share": ("PercentageFSM",),
        "east": ("Easting",),
        "north": ("Northing",),
    },
    phases={
        "primary": PRIMARY,
        "middle deemed primary": PRIMARY,
        "secondary": SECONDARY,
        "middle deemed secondary": SECONDARY,
    },
    open=frozenset({"open", "open, but proposed to close"}),
    mark="EstablishmentStatus (name)",
)

CCD = Register(
    "ccd",
    "Public schools of the United States (Common Core of Data)",
    columns={
        "school": ("NCESSCH",),
        "name": ("SCH_NAME",),
        "status": ("SY_STATUS_TEXT",),
        "phase": ("SCHOOL_LEVEL",),
        "pupils": ("TOTAL", "MEMBER"),
        "teachers": ("FTE",),
        "count": ("TOTFRL",),
        "latitude": ("LATCOD",),
        "longitude": ("LONCOD",),
    },
    phases={
        "elementary": PRIMARY,
        "primary": PRIMARY,
        "middle": SECONDARY,
        "high": SECONDARY,
        "secondary": SECONDARY,
    },
    open=frozenset(
        {
            "open",
            "currently operational",
            "new",
            "new school",
            "added",
            "reopened",
            "changed boundary/agency",
            "changed agency",
        }
    ),
    mark="SCHOOL_LEVEL",
)

DUO = Register(
    "duo",
    "Schools of the Netherlands (DUO)",
    columns={
        "institution": ("INSTELLINGSCODE", "BRIN NUMMER"),
        "school": ("VESTIGINGSCODE", "VESTIGINGSNUMMER"),
        "name": ("VESTIGINGSNAAM",),
        "structure": ("ONDERWIJSSTRUCTUUR",),
        "year": ("PEILJAAR",),
        "pupils": ("AANTAL_LEERLINGEN", "TOTAAL LEERLINGEN"),
    },
    phases={},
    mark="INTERNETADRES",
    summed="LEER- OF VERBLIJFSJAAR",
    phase_without=PRIMARY,
)

SCHOOLS = Register(
    "schools",
    "Schools from a list",
    columns={
        "school": (
            "school",
            "school id",
            "id",
            "code",
            "number",
            "school number",
            "school no",
            "Schulnummer",
            "BRIN",
            "URN",
        ),
        "name": ("name", "school name", "Schulname", "Name der Schule", "naam"),
        "status": ("status", "school status"),
        "phase": ("phase", "level", "school level", "type", "school type", "Schulform", "Schulart", "onderwijssoort"),
        "pupils": (
            "pupils",
            "students",
            "enrolment",
            "enrollment",
            "number of pupils",
            "pupils on roll",
            "Schüler",
            "leerlingen",
        ),
        "teachers": ("teachers", "staff", "fte", "teachers fte", "number of teachers", "Lehrkräfte", "leraren"),
        "share": ("share", "free meals", "fsm", "disadvantaged", "percentage fsm", "percentage free meals"),
        "rank": ("disadvantage", "rank"),
        "east": ("easting", "east", "x"),
        "north": ("northing", "north", "y"),
        "latitude": ("latitude", "lat", "Breitengrad"),
        "longitude": ("longitude", "lon", "lng", "Längengrad"),
    },
    phases={
        **dict.fromkeys(("primary", "elementary", "grundschule", "basisonderwijs", "bo"), PRIMARY),
        **dict.fromkeys(("middle", "high", "secondary", "gymnasium", "realschule", "hauptschule"), SECONDARY),
        **dict.fromkeys(("gesamtschule", "voortgezet onderwijs", "vo"), SECONDARY),
    },
    open=frozenset({"open", "active", "operational", "yes", "1"}),
)

REGISTERS = {register.name: register for register in (GIAS, CCD, DUO, SCHOOLS)}
MISSING = frozenset(["", "-1", "-2", "-9", *"mnxzc-.:†‡", "..", "na", "n/a", "nan", "supp"])
"""What registers write where there is no number, or where one is hidden."""
FEW = {"<5": 2.0, "<3": 1.0, "<10": 5.0}
"""What stands for a number that is hidden for being small: the middle of what it may be."""
