"""The command that serves the live page for a seminar."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import click

from plnsim.common.errors import InputError, quote_value
from plnsim.output.terminal import announce_compiling, echo_note

if TYPE_CHECKING:
    from socket import socket

LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"]
EXIT_TERMINATED = 143
EVERY_ADDRESS = ("0.0.0.0", "::", "")
ELSEWHERE = ("192.0.2.1", 9)
"""An address that is nobody's (RFC 5737)."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to a host."""
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@click.command(short_help="Serves the live page for a seminar, in a browser.")
@click.argument("scenario", default="baseline")
@click.option("--port", default=8321, show_default=True, metavar="NUMBER", help="Port; 0 takes a free one.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Address to bind to; 0.0.0.0 opens it to the network.",
)
@click.option(
    "--full-size",
    is_flag=True,
    help="Keeps the scenario's own population instead of class size (20 primary schools, about 260 teachers).",
)
@click.option("--seed", default=1, show_default=True, metavar="NUMBER", help="Seed of all chance.")
def serve(scenario: str, port: int, host: str, full_size: bool, seed: int) -> None:
    """Serves the page of plnsim explorable, and what a file cannot do: it gathers a class's guesses, tells stories in
    depth, and opens other scenarios.

    SCENARIO is the name of one that comes with plnsim (plnsim scenarios lists them) or a file that ends in .toml. The
    page simulates in the browser and loads nothing from any network but this server, which only this machine can reach
    unless --host says otherwise.
    """
    from plnsim.cli.terminal import check_option
    from plnsim.common.checks import validate_seed
    from plnsim.simulation.scenario import Scenario
    from plnsim.simulation.scenario.classroom import check_limits, with_class_size

    if not 0 <= port <= 65535:
        raise InputError(f"there is no port {port}", place="--port", right="0 to 65535")
    check_option("--seed", validate_seed, seed)
    own = Scenario.of(scenario)
    resized = check_limits(own if full_size else with_class_size(own))
    bound = _bind_socket(host, port)
    try:
        from plnsim.app.connections import make_server
        from plnsim.app.server import SeminarServer, make_app
    except ImportError as missing:
        from plnsim.common.package import missing_library

        raise missing_library("the live page", str(missing.name)) from None
    announce_compiling()
    port = bound.getsockname()[1]
    address = None if is_loopback(host) else f"http://{_reached_by(host)}:{port}"
    seminar = SeminarServer(resized, own.number_of_schools, seed=seed, address=address)
    seminar.warm()
    bound.listen()  # from here on whoever opens the address waits, instead of being refused
    if address is None:
        click.echo(f"http://localhost:{port}/")
        echo_note("Only this machine can open it; plnsim serve --host 0.0.0.0 opens it to a class's phones.")
    else:
        echo_note(
            f"warning: bound to {host}, so everybody on the network can open this page "
            "and ask this machine for stories.\n"
            "         There is no password. Press Ctrl-C when the seminar is over."
        )
        click.echo(f"{address}/")
    echo_note("Ctrl-C ends it.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_TERMINATED))  # else what tidies at the end is left out
    app = make_app(seminar, LOOPBACK_NAMES if is_loopback(host) else None)
    make_server(app).run(sockets=[bound])


def _reached_by(host: str) -> str:
    """What others write in an address to reach a server bound to a host: this machine's address on its network, or its
    name where it has none.
    """
    import socket

    if host in EVERY_ADDRESS:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unsent:  # to connect it sends nothing: a way is chosen
            try:
                unsent.connect(ELSEWHERE)
                return str(unsent.getsockname()[0])
            except OSError:
                return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def _bind_socket(host: str, port: int) -> socket:
    """A socket bound to the address; raises ``InputError`` where that cannot be."""
    import errno
    import socket

    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except (OSError, UnicodeError) as error:
        right = (
            "another --port, or --port 0" if getattr(error, "errno", None) == errno.EADDRINUSE else "--host 127.0.0.1"
        )
        raise InputError(
            f"cannot bind to {quote_value(host)} port {port}: {getattr(error, 'strerror', None) or error}",
            place="--host, --port",
            right=right,
        ) from None
    return bound
