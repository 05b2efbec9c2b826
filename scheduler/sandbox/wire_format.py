"""Defines the frames between the parser's pool and its children: their heads, and an exit code."""

import errno
import struct

REQUEST_HEAD = struct.Struct(">II")
"""Head of a request: length of the document's frame, and the seconds of processor time it may take."""
REPLY_HEAD = struct.Struct(">I?")
"""Head of a reply: length of its frame, and whether this process has grown and should be replaced."""
OUT_OF_MEMORY = errno.ENOMEM
"""Exit code of a process that ran into its memory limit."""
