"""Renders the embedded server's configuration, for its standard input. Pure."""

from daemon.embedded_server.data_folder import DataFolder, ServerAccess


def render_server_config(folder: DataFolder, access: ServerAccess) -> str:
    """Write the server's configuration, one directive a line.

    Append-only file, because a ledger that loses data polls and publishes again; no snapshots beside it;
    no eviction, because every key is needed; small sets and hashes stay in their compact forms.
    """
    directives = {
        "bind": "127.0.0.1",
        "port": str(access.port),
        "unixsocket": _quote_path(folder.socket),
        "unixsocketperm": "700",
        "requirepass": access.password,
        "dir": _quote_path(folder.path),
        "logfile": _quote_path(folder.log),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        "maxmemory-policy": "noeviction",
        "set-max-intset-entries": "4096",
        "hash-max-listpack-entries": "512",
    }
    return "".join(f"{name} {value}\n" for name, value in directives.items())


def _quote_path(path: object) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
