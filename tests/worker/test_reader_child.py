"""A reader whose horse is gone ends by itself, and calls no page to account for it."""

import subprocess
import sys
import textwrap

from support.tracked import ROOT

KILLED_WITH_THE_QUESTION_UNREAD = """
import os, select, socket
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.operations.census_operations import count_all
from worker.readers.reader_child import ask

horse, reader = socket.socketpair()
child = os.fork()
if not child:
    horse.close()
    ask(reader, count_all(Keys()))
    os._exit(3)
reader.close()
select.select([horse], [], [])
horse.close()  # with what it was sent still in it, as the kernel does for one that is killed
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_reader_whose_horse_was_killed_with_its_question_unread_ends_in_order() -> None:
    code = textwrap.dedent(KILLED_WITH_THE_QUESTION_UNREAD)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("0\n", "")
