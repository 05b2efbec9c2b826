"""The embedded server's configuration: pure text, handed over on its standard input."""

from daemon.data_folder import Access, DataFolder


def server_config(folder: DataFolder, access: Access) -> str:
    """Write the server's configuration, one directive a line.

    Append-only file, because a ledger that forgets polls and publishes again; no snapshots beside it;
    no eviction, because every key is needed; small sets and hashes stay in their compact forms.
    """
    directives = {
        "bind": "127.0.0.1",
        "port": str(access.port),
        "unixsocket": _quoted(folder.socket),
        "unixsocketperm": "700",
        "requirepass": access.password,
        "dir": _quoted(folder.path),
        "logfile": _quoted(folder.log),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        "maxmemory-policy": "noeviction",
        "set-max-intset-entries": "4096",
        "hash-max-listpack-entries": "512",
    }
    return "".join(f"{name} {value}\n" for name, value in directives.items())


def _quoted(path: object) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
