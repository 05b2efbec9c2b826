"""A child that is tied to its parent ends with it, however the parent ends."""

import os
import signal
import subprocess
import sys

CHILD = """
import os, signal, sys
from feedmill._signals import die_with_parent
die_with_parent(int(sys.argv[1]))
print("tied", flush=True)
signal.pause()
"""
PARENT = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1], str(os.getpid())])
child.wait()
"""


def test_a_child_is_killed_with_its_parent() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, CHILD], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    with parent:
        assert parent.stdout.readline() == b"tied\n"
        os.kill(parent.pid, signal.SIGKILL)
        assert parent.stdout.read() == b""  # the end of the file: the child, which held the pipe, is gone


def test_a_child_whose_parent_has_gone_ends_at_once() -> None:
    other = os.getpid() + 1
    ended = subprocess.run([sys.executable, "-c", CHILD, str(other)], capture_output=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, b"")
