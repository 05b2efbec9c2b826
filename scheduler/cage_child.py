"""The caged parser: reads documents from its standard input, answers on its standard output.

It limits itself before each document: processor time to what it has used so far and N seconds more, and
address space as a whole. The kernel ends it when it passes a limit or when its parent is gone.
"""

import ctypes
import math
import os
import resource
import signal
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from scheduler.documents import Document, Malformed, Parsed
from scheduler.frames import ANSWERED, ASKED, OUT_OF_MEMORY
from scheduler.parse import parse_document

HELLO = b"+"
"""Says that the parser is loaded and the first document may come."""
PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve documents until the input ends.

    Arguments: parent's id, memory bytes, grown bytes.
    """
    parent, memory, grown = (int(word) for word in sys.argv[1:4])
    _bind_to(parent)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer, grown)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def serve(source: BinaryIO, sink: BinaryIO, grown: int) -> None:
    """Answer each document of a stream of length-prefixed frames."""
    sink.write(HELLO)
    sink.flush()
    decoder = msgspec.msgpack.Decoder(Document)
    encoder = msgspec.msgpack.Encoder()
    while head := source.read(ASKED.size):
        length, cpu_s = ASKED.unpack(head)
        document = decoder.decode(source.read(length))
        _allow(cpu_s)
        answer = encoder.encode(_parse(document))
        sink.write(ANSWERED.pack(len(answer), _resident() > grown) + answer)
        sink.flush()


def _resident() -> int:
    """Give this process's resident bytes; 0 where the system has no /proc."""
    try:
        pages = Path("/proc/self/statm").read_bytes().split()[1]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()


def _parse(document: Document) -> Parsed:
    """Parse one document. This is the process's outermost place: what a parser's bug raises gets a name."""
    try:
        return parse_document(document.body, document.content_type, document.url)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001
        return Malformed(outcome="parser_crash", detail=f"{type(error).__name__}: {error}"[:300])


def _bind_to(parent: int) -> None:
    """End with the parent, and with nothing else: signals to the whole group are the parent's to obey."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it was gone before the line above
        sys.exit(1)


def _allow(cpu_s: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used.ru_utime + used.ru_stime) + cpu_s, hard))


if __name__ == "__main__":
    main()
