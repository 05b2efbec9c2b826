"""What the global options ask for: which configuration, which data folder, and with them which server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.load import Loaded
    from daemon.data_folder import DataFolder
    from daemon.server import EmbeddedServer


@dataclass(frozen=True, slots=True)
class Server:
    """The Redis server that a command uses, held for the command's duration."""

    url: str
    """For feedmill's own processes: the Unix socket where there is one."""
    shown_url: str
    """For other programs on this machine."""
    embedded: "EmbeddedServer | None"


@dataclass(frozen=True, slots=True)
class Asked:
    """The global options."""

    config: Path | None = None
    data: Path | None = None

    def folder(self) -> Path:
        """Find the config folder; raises AskedWronglyError for a `--config` that is none."""
        from config.folder import config_folder, environment
        from daemon.errors import AskedWronglyError

        folder = config_folder(self.config, environment(), Path.cwd())
        if self.config is not None and not folder.is_dir():
            raise AskedWronglyError(f"--config {folder}: no such folder; `feedmill init` writes one")
        return folder

    def load(self) -> "Loaded":
        """Read the configuration; raises ConfigError."""
        from config.folder import environment
        from config.load import load

        return load(self.folder(), environment())

    def load_with_feeds(self) -> "Loaded":
        """Read the configuration for a process that polls: without a feed list there is nothing to do."""
        from daemon.errors import AskedWronglyError

        loaded = self.load()
        if not loaded.has_feeds_file:
            raise AskedWronglyError(f"no feeds.toml in {loaded.folder}; `feedmill init` writes one")
        return loaded

    def data_folder(self) -> "DataFolder":
        """Find the data folder; it need not exist yet."""
        from config.folder import data_folder, environment
        from daemon.data_folder import DataFolder

        return DataFolder(data_folder(self.data, environment()))

    @contextmanager
    def server(self, loaded: "Loaded") -> Iterator[Server]:
        """Use the server named in the configuration, else the embedded one, which is started if need be."""
        if url := loaded.settings.redis.url:
            yield Server(url, url, None)
            return
        from daemon.server import EmbeddedServer

        with EmbeddedServer(self.data_folder()) as embedded:
            yield Server(embedded.socket_url, embedded.url, embedded)

    def running_url(self, loaded: "Loaded") -> str | None:
        """Give the URL of the server named in the configuration, or of the embedded one where it runs.

        Nothing is started for it.
        """
        if url := loaded.settings.redis.url:
            return url
        from daemon.server_ping import Answer, ping

        folder = self.data_folder()
        access = folder.read_access()
        if access is None or ping(folder.socket, access.password) is not Answer.UP:
            return None
        return f"unix://:{access.password}@{folder.socket}?db=0"

    def arguments(self) -> list[str]:
        """Give the global options for a child process of the same mind."""
        return ["--config", str(self.folder()), "--data-dir", str(self.data_folder().path)]
