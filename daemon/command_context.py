"""Resolves the global options: which configuration, which data folder, and with them which server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.load import LoadedConfig
    from daemon.embedded_server.data_folder import DataFolder
    from daemon.embedded_server.server import EmbeddedServer


@dataclass(frozen=True, slots=True)
class ServerHandle:
    """The Redis server that a command uses, held for the command's duration."""

    url: str
    """For feedmill's own processes: the Unix socket where there is one."""
    shown_url: str
    """For other programs on this machine."""
    embedded: "EmbeddedServer | None"


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The global options."""

    config: Path | None = None
    data: Path | None = None

    def find_config_folder(self) -> Path:
        """Find the config folder; raises InvalidRequestError for a `--config` that is none."""
        from config.environment import read_environment
        from config.paths import find_config_folder
        from daemon.errors import InvalidRequestError

        folder = find_config_folder(self.config, read_environment(), Path.cwd())
        if self.config is not None and not folder.is_dir():
            what = "is a file, no folder" if folder.exists() else "no such folder"
            raise InvalidRequestError(f"--config {folder}: {what}; `feedmill init DIR` writes one")
        return folder

    def load_config(self) -> "LoadedConfig":
        """Read the configuration; raises ConfigError."""
        from config.environment import read_environment
        from config.load import load_config

        return load_config(self.find_config_folder(), read_environment())

    def load_config_with_feeds(self) -> "LoadedConfig":
        """Read the configuration for a process that polls: without a feed list there is nothing to do."""
        from daemon.errors import InvalidRequestError

        loaded = self.load_config()
        if not loaded.has_feeds_file:
            raise InvalidRequestError(f"no feeds.toml in {loaded.folder}; `feedmill init` writes one")
        return loaded

    def find_data_folder(self) -> "DataFolder":
        """Find the data folder; it need not exist yet."""
        from config.environment import read_environment
        from config.paths import find_data_folder
        from daemon.embedded_server.data_folder import DataFolder

        return DataFolder(find_data_folder(self.data, read_environment()))

    @contextmanager
    def open_server(self, loaded: "LoadedConfig", *, waits: bool = False) -> Iterator[ServerHandle]:
        """Use the server named in the configuration, else the embedded one, which is started if need be.

        `waits` is for processes that wait for a server as long as it takes; raises ServerError in others
        where it is asked for TLS and does not answer.
        """
        if url := loaded.settings.redis.url:
            from daemon.terminal.server_errors import ServerErrorTranslation, require_tls_answer

            if not waits:
                require_tls_answer(url)
            with ServerErrorTranslation(url):
                yield ServerHandle(url, url, None)
            return
        from daemon.embedded_server.server import EmbeddedServer

        with EmbeddedServer(self.find_data_folder()) as embedded:
            yield ServerHandle(embedded.socket_url, embedded.url, embedded)

    def find_running_url(self, loaded: "LoadedConfig") -> str | None:
        """Return the URL of the server named in the configuration, or of the embedded one where it runs.

        Nothing is started for it.
        """
        if url := loaded.settings.redis.url:
            return url
        from daemon.embedded_server.ping import PingResult, ping_server

        folder = self.find_data_folder()
        access = folder.read_access()
        if access is None or ping_server(folder.socket, access.password) is not PingResult.UP:
            return None
        return f"unix://:{access.password}@{folder.socket}?db=0"

    def child_arguments(self) -> list[str]:
        """Return the global options for a child process that uses the same files."""
        return ["--config", str(self.find_config_folder()), "--data-dir", str(self.find_data_folder().path)]
