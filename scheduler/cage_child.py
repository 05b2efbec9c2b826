"""The caged parser: reads documents from its standard input, answers on its standard output.

It limits itself before each document: processor time to what it has used so far and N seconds more, and
address space as a whole. The kernel ends it when it passes a limit or when its parent is gone.
"""

import ctypes
import math
import os
import resource
import signal
import struct
import sys
from typing import BinaryIO

import msgspec

from scheduler.documents import Document, Malformed, Parsed
from scheduler.parse import parse_document

LENGTH = struct.Struct(">I")
HELLO = b"+"
"""Says that the parser is loaded and the first document may come."""
PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve documents until the input ends. Arguments: parent's id, CPU seconds a document, memory bytes."""
    parent, cpu_s, memory = (int(word) for word in sys.argv[1:4])
    _bind_to(parent)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(sys.stdin.buffer, sys.stdout.buffer, cpu_s)


def serve(source: BinaryIO, sink: BinaryIO, cpu_s: int) -> None:
    """Answer each document of a stream of length-prefixed frames."""
    sink.write(HELLO)
    sink.flush()
    decoder = msgspec.msgpack.Decoder(Document)
    encoder = msgspec.msgpack.Encoder()
    while head := source.read(LENGTH.size):
        document = decoder.decode(source.read(LENGTH.unpack(head)[0]))
        _allow(cpu_s)
        answer = encoder.encode(_parse(document))
        sink.write(LENGTH.pack(len(answer)) + answer)
        sink.flush()


def _parse(document: Document) -> Parsed:
    """Parse one document. This is the process's outermost place: what a parser's bug raises gets a name."""
    try:
        return parse_document(document.body, document.content_type, document.url)
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
