"""A reader whose horse is gone ends by itself, and calls no page to account for it."""

import os
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


COPIES_FOR_A_FIRST_PAGE = """
import os, resource
from site_shapes import write_site
from worker.extraction.page_reader import read_page
from worker.page_models import FetchedPage
from worker.pipeline.worker_context import preload_for_fork, touch_reading_memory

preload_for_fork()
_, markup = write_site("portal", 2)[1]
page = FetchedPage("https://portal.example/1", markup.encode())
for is_touched in (False, True):
    child = os.fork()
    if not child:
        if is_touched:
            touch_reading_memory()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        read_page(page, None)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""


def test_a_reader_that_waited_for_its_page_has_copied_memory_before_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", COPIES_FOR_A_FIRST_PAGE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests" / "support")))},
    )
    untouched, touched = map(int, done.stdout.split())
    assert touched < untouched * 0.8
