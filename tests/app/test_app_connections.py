"""The server under those who send too much, too deeply or too slowly: it answers in time, and serves others."""

import contextlib
import http.client
import json
import socket
import threading
import time

import pytest

from plnsim.app import connections, query, server
from tests.support.served import UPLOAD, scenario  # noqa: F401  # a fixture

DEEP = {
    "dotted": "a" + ".a" * 49_990 + "=1\n",
    "dotted, shorter": "a" + ".a" * 20_000 + "=1\n",
    "headers": "[" + "a." * 20_000 + "a]",
    "list": "a=[" + "1,\n" * 30_000 + "]",
    "many": "".join(f"a{number}=1\n" for number in range(9_000)),
    "nested": "a=" + "[" * 50_000,
    "tables": "a=" + "{a=" * 20_000,
}


@pytest.fixture(scope="module")
def address(scenario):  # noqa: F811
    seminar = server.SeminarServer(scenario)
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    serving = connections.make_server(server.make_app(seminar))
    thread = threading.Thread(target=lambda: serving.run(sockets=[listening]))
    thread.start()
    yield listening.getsockname()
    serving.should_exit = True
    thread.join(20)
    listening.close()


def _ask(address, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(*address, timeout=60)
    connection.request(method, path, body, headers or {})
    reply = connection.getresponse()
    return reply.status, reply.read()


def _upload(address, text):
    return _ask(address, "POST", "/api/open", json.dumps({"text": text}), {"Content-Type": "application/json"})


@pytest.mark.parametrize("name", DEEP)
def test_an_upload_that_is_too_much_is_refused_at_once_and_others_are_served(address, name):
    assert len(DEEP[name]) <= query.MAX_TEXT_LENGTH
    began = time.monotonic()
    status, told = _upload(address, DEEP[name])
    assert status == 400 and json.loads(told)["error"]["wrong"]
    assert _ask(address, "GET", "/")[0] == 200
    assert time.monotonic() - began < 5


def test_connections_that_say_nothing_do_not_stay(address, monkeypatch):
    monkeypatch.setattr(connections, "HEAD_SECONDS", 1.0)
    silent = [socket.create_connection(address) for _ in range(200)]
    for page in silent[:100]:
        page.sendall(b"GET / HTTP/1.1\r\nHost: here\r\nX-Slow: ")
    assert _ask(address, "GET", "/")[0] == 200
    for page in silent:
        page.settimeout(20)
        with contextlib.suppress(ConnectionResetError):
            assert page.recv(1000) == b""
        page.close()


def test_a_head_that_drips_does_not_stay(address, monkeypatch):
    monkeypatch.setattr(connections, "HEAD_SECONDS", 1.0)
    began = time.monotonic()
    with socket.create_connection(address) as page, pytest.raises(OSError):
        page.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n")
        while time.monotonic() - began < 20:
            page.sendall(b"X-Slow: a\r\n")
            time.sleep(0.2)
    assert time.monotonic() - began < 15


def test_a_second_request_on_a_connection_must_come_in_time_too(address, monkeypatch):
    monkeypatch.setattr(connections, "HEAD_SECONDS", 1.0)
    with socket.create_connection(address) as page:
        page.settimeout(20)
        page.sendall(b"GET /icon.svg HTTP/1.1\r\nHost: here\r\n\r\nGET ")
        told = b""
        with contextlib.suppress(ConnectionResetError):
            while part := page.recv(65536):
                told += part
        assert told.startswith(b"HTTP/1.1 200")


def test_a_body_that_drips_is_refused(address, monkeypatch):
    monkeypatch.setattr(server, "BODY_SECONDS", 1.0)
    with socket.create_connection(address) as page:
        page.settimeout(20)
        page.sendall(
            b"POST /api/open HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
        )
        told = b""
        while part := page.recv(65536):
            told += part
    assert told.startswith(b"HTTP/1.1 408") and b"too slowly" in told


def test_an_answer_that_nobody_takes_does_not_hold_a_connection(address, monkeypatch):
    monkeypatch.setattr(connections, "TAKE_SECONDS", 1.0)
    with socket.socket() as page:
        page.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        page.connect(address)
        page.settimeout(20)
        page.sendall(b"GET /page.js HTTP/1.1\r\nHost: here\r\n\r\n" * 400)
        time.sleep(4)
        with pytest.raises(OSError):
            for _ in range(100):
                page.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n" * 1000)
                time.sleep(0.02)
    assert _ask(address, "GET", "/")[0] == 200


def test_above_the_most_connections_the_rest_is_told(address, monkeypatch):
    status, told = _upload(address, UPLOAD)
    assert status == 200 and json.loads(told)["about"]
    assert connections.make_server(lambda: None).config.limit_concurrency == connections.MOST_CONNECTIONS
