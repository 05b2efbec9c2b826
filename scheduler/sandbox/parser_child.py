"""Runs the sandboxed parser: reads documents from standard input, writes results to standard output.

It limits itself before each document: processor time to what it has used so far and N seconds more, and
address space as a whole. The kernel ends it when it passes a limit or when its parent is gone.
"""

import math
import os
import resource
import signal
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from feedmill._signals import STOP_SIGNALS, die_with_parent
from scheduler.parsing.document_models import FeedDocument, MalformedDocument, ParseResult
from scheduler.sandbox.child_document_reader import read_document
from scheduler.sandbox.wire_format import OUT_OF_MEMORY, REPLY_HEAD, REQUEST_HEAD

HELLO = b"+"
"""Written when the parser is loaded and the first document may come."""


def main() -> None:
    """Serve documents until the input ends.

    Arguments: parent's id, memory bytes, grown bytes.
    """
    parent, memory, grown = (int(word) for word in sys.argv[1:4])
    for number in STOP_SIGNALS:  # signals to the whole group are the parent's to obey
        signal.signal(number, signal.SIG_IGN)
    die_with_parent(parent)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer, grown)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def serve(source: BinaryIO, sink: BinaryIO, grown: int) -> None:
    """Parse each document of a stream of length-prefixed frames."""
    sink.write(HELLO)
    sink.flush()
    decoder = msgspec.msgpack.Decoder(FeedDocument)
    encoder = msgspec.msgpack.Encoder()
    while head := source.read(REQUEST_HEAD.size):
        length, cpu_s = REQUEST_HEAD.unpack(head)
        document = decoder.decode(source.read(length))
        _extend_cpu_limit(cpu_s)
        answer = encoder.encode(_parse(document))
        sink.write(REPLY_HEAD.pack(len(answer), _read_resident_bytes() > grown) + answer)
        sink.flush()


def _read_resident_bytes() -> int:
    """Return this process's resident bytes; 0 where the system has no /proc."""
    try:
        pages = Path("/proc/self/statm").read_bytes().split()[1]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()


def _parse(document: FeedDocument) -> ParseResult:
    """Parse one document. This is the process's outermost place: what a parser's bug raises gets a name."""
    try:
        return read_document(document)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001
        return MalformedDocument(outcome="parser_crash", detail=f"{type(error).__name__}: {error}"[:300])


def _extend_cpu_limit(cpu_s: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used.ru_utime + used.ru_stime) + cpu_s, hard))


if __name__ == "__main__":
    main()
