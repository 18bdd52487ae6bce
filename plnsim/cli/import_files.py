"""The commands that make a population of what others keep: school registers and networks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plnsim.cli.terminal import CommandGroup, commands, json_option
from plnsim.common.command_line import command_line
from plnsim.common.errors import InputError, quote_value
from plnsim.output.terminal import echo_json, echo_note

if TYPE_CHECKING:
    from plnsim.simulation.imports.records import ImportedSchools

PHASES = ("primary", "secondary")
MOST_DROPPED = 12


@commands.group("import", cls=CommandGroup, subcommand_metavar="WHAT FILE...", invoke_without_command=True)
@click.pass_context
def import_files(context: click.Context) -> None:
    """Makes a population of a register or an observed network.

    WHAT is gias, ccd, duo or schools (a register), or network. Each writes a folder with the tables of a population, a
    scenario that reads them (population.toml), and what was left out and why.
    """
    if context.invoked_subcommand is None:
        raise InputError("what is to be imported is not said", right="plnsim import --help lists what can be")


def _pair(option: str, text: str) -> tuple[str, str]:
    """A name and a value that an option joins by an equals sign."""
    name, equals, value = text.partition("=")
    if not name.strip() or not equals or not value.strip():
        raise InputError(f"{option} cannot be {quote_value(text)}", place=option, right=f'{option} "COLUMN=VALUE"')
    return name.strip(), value.strip()


def _register_command(name: str, about: str) -> None:
    """Adds the command of a register."""

    def read_register(
        files: tuple[Path, ...],
        out: Path,
        where: tuple[str, ...],
        title: str,
        column: tuple[str, ...],
        phase: tuple[str, ...],
        pupils_a_teacher: float | None,
        speed: float,
        as_json: bool,
    ) -> None:
        from plnsim.publish.record.save import check_folder
        from plnsim.simulation.imports.records import ImportOptions
        from plnsim.simulation.imports.registers import REGISTERS
        from plnsim.simulation.imports.save import save_schools
        from plnsim.simulation.imports.schools import import_schools

        of_all = [text for text in phase if text in PHASES]
        phases = dict(_pair("--phase", text) for text in phase if text not in PHASES)
        if len(of_all) > 1:
            raise InputError(
                f"all schools cannot be {' and '.join(of_all)}", place="--phase", right=f"--phase {of_all[0]} alone"
            )
        for word, meant in phases.items():
            if meant not in PHASES:
                raise InputError(
                    f"the phase {quote_value(word)} cannot be {quote_value(meant)}",
                    place="--phase",
                    right=f'--phase "{word}=primary" or --phase "{word}=secondary"',
                )
        options = ImportOptions(
            where=[_pair("--where", text) for text in where],
            columns=dict(_pair("--column", text) for text in column),
            phases=phases,
            phase="".join(of_all),
            pupils_a_teacher=pupils_a_teacher,
            km_an_hour=speed,
        )
        check_folder(out)
        imported = import_schools(REGISTERS[name], files, options)
        save_schools(imported, out, title)
        _tell_schools(imported, out, as_json)

    read_register.__doc__ = about
    command: Callable[..., object] = read_register
    for option in (
        json_option,
        click.option(
            "--speed",
            type=click.FloatRange(1.0, 1000.0),
            default=40.0,
            show_default=True,
            help="Kilometres an hour, in a straight line, that turn places on the map into minutes.",
        ),
        click.option(
            "--pupils-per-teacher",
            "pupils_a_teacher",
            type=click.FloatRange(0.1, 1000.0),
            help="Gives staff to schools of which only pupils are known.",
        ),
        click.option(
            "--phase",
            multiple=True,
            metavar="[WORD=]PHASE",
            help="What else is primary or secondary; without a word, what all schools are where no column says it.",
        ),
        click.option("--column", multiple=True, metavar="COLUMN=NAME", help="What a column is called in the files."),
        click.option("--title", default="", metavar="TEXT", help="What the scenario is called."),
        click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Chooses schools; ranks are of all."),
        click.option("--out", type=click.Path(path_type=Path), required=True, metavar="NEW-FOLDER"),
        click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."),
    ):
        command = option(command)
    import_files.command(name)(command)


_register_command(
    "gias",
    """Schools of England, from the extract of all establishments (edubasealldata) and, where given, the census of the
    school workforce.

    Keeps open schools that are primary or secondary (middle schools as they are deemed). Disadvantage is the rank of
    PercentageFSM; place is by easting and northing.
    """,
)
_register_command(
    "ccd",
    """Public schools of the United States, from Public School Characteristics (NCES, Common Core of Data).

    Elementary schools are primary; middle, high and secondary schools are secondary; others are dropped. Teachers are
    full-time equivalents, disadvantage the rank of pupils with free or reduced-price lunch.
    """,
)
_register_command(
    "duo",
    """Schools of the Netherlands, from DUO's lists of all locations (bo and vo) and its files of pupils by location.

    DUO publishes no staff by location: --pupils-per-teacher gives it. There are no coordinates.
    """,
)
_register_command(
    "schools",
    """Schools from any other list, by what its columns are usually called.

    --column phase=NAME and the like say what they are called here; the columns are school, name, status, phase, pupils,
    teachers, share (of disadvantaged pupils), rank, east and north (metres), latitude and longitude.
    """,
)


def _tell_schools(imported: ImportedSchools, out: Path, as_json: bool) -> None:
    from plnsim.simulation.imports.save import SCENARIO

    columns = imported.columns
    teachers = sum(map(int, columns["teachers"]))
    phases = {phase: columns["phase"].count(phase) for phase in PHASES if "phase" in columns}
    if as_json:
        echo_json(
            {
                "folder": str(out),
                "scenario": str(out / SCENARIO),
                "schools": len(columns["school"]),
                "phases": phases,
                "teachers": teachers,
                "not_chosen": imported.unchosen,
                "dropped": [{"why": why, "schools": count} for why, count in imported.reasons.items()],
                "notes": imported.notes,
            }
        )
        return
    listed = " and ".join(f"{count:,} {phase}" for phase, count in phases.items())
    click.echo(f"{len(columns['school']):,} schools{f' ({listed})' if listed else ''} with {teachers:,} teachers")
    for note in imported.notes:
        click.echo(f"  {note}")
    if imported.unchosen:
        click.echo(f"  not chosen by --where: {imported.unchosen:,}")
    if imported.dropped:
        click.echo(f"dropped: {len(imported.dropped):,}")
    for place, (why, count) in enumerate(imported.reasons.items()):
        if place == MOST_DROPPED:
            click.echo(f"  and others, see {out / 'dropped.csv'}")
            break
        click.echo(f"  {count:,} {why}")
    echo_note(f"Written: {out}. Next: {command_line('validate', out / SCENARIO)}")


@import_files.command("network")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="NEW-FOLDER")
@click.option("--staff", type=click.Path(path_type=Path), metavar="FILE", help="Has the columns teacher and school.")
@click.option("--one-school", metavar="NAME", default="", help="All teachers are of one school.")
@click.option("--no-header", is_flag=True, help="The first line of an edge list is a tie.")
@click.option("--school-attribute", default="school", show_default=True, help="Attribute with the school.")
@click.option("--network-attribute", default="network", show_default=True, help="Attribute with the network of a seat.")
@click.option(
    "--type",
    "kind",
    type=click.Choice(["advice", "information", "co-teaching", "exchange"]),
    default="advice",
    show_default=True,
    help="What ties are that have no type of their own.",
)
@click.option("--directed/--undirected", default=None, help="Whether ties have a direction, whatever the file says.")
@click.option(
    "--repeated",
    type=click.Choice(["once", "sum"]),
    default="once",
    show_default=True,
    help="Of a pair named repeatedly: the strongest tie, or the sum.",
)
@click.option("--weights", type=click.Choice(["use", "ignore"]), default="use", show_default=True)
@click.option("--least", type=float, default=0.0, help="Leaves out ties that weigh less.")
@json_option
def network(
    file: Path,
    out: Path,
    staff: Path | None,
    one_school: str,
    no_header: bool,
    school_attribute: str,
    network_attribute: str,
    kind: str,
    directed: bool | None,
    repeated: str,
    weights: str,
    least: float,
    as_json: bool,
) -> None:
    """An observed network of teachers, across schools as well.

    FILE is an edge list (CSV, TSV or Excel; two columns suffice), an adjacency matrix, GraphML, GEXF, Pajek (.net) or
    UCINET (.dl). Whom somebody turns to stands second.
    """
    from plnsim.publish.record.save import check_folder
    from plnsim.simulation.imports.networks import NetworkOptions, import_network
    from plnsim.simulation.imports.save import SCENARIO, save_network

    check_folder(out)
    imported = import_network(
        file,
        NetworkOptions(
            type=kind,
            directed=directed,
            repeated=repeated,
            weights=weights,
            least=least,
            staff=staff,
            one_school=one_school,
            school_attribute=school_attribute,
            network_attribute=network_attribute,
            header=not no_header,
        ),
    )
    save_network(imported, out, f"An observed network: {file.stem}")
    if as_json:
        tables = imported.tables
        echo_json(
            {
                "folder": str(out),
                "scenario": str(out / SCENARIO),
                "schools": len(tables["schools"]["school"]),
                "teachers": len(tables["staff"]["teacher"]),
                "ties": len(tables.get("ties", {}).get("from", [])),
                "seats": len(tables.get("networks", {}).get("teacher", [])),
                "notes": imported.notes,
            }
        )
        return
    for note in imported.notes:
        click.echo(note)
    echo_note(f"Written: {out}. Next: {command_line('validate', out / SCENARIO)}")
