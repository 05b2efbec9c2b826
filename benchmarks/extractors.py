"""Compare extractors of articles on a corpus of pages: texts and CPU, each in an environment of its own.

usage: python benchmarks/extractors.py CORPUS [--every N] [--others FOLDER] [--alone]

CORPUS holds gold.jsonl and the pages it names, as for `text.py`. Each of the others is fetched by pip, by its name, into
an environment of its own (kept with --others); one that does not install is reported as such. Every extractor reads every
page in one warm process and in the same order, after the first twenty; printed are F1 over shingles of four tokens, texts
that are exact, and the CPU a page beside `bare_extraction(with_metadata=True)` of trafilatura. feedmill "known" reads each page
by the template that this page itself has taught, where it is read by one: its texts and its CPU are those of these pages alone,
and trafilatura's beside it.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from text import Share, f1, shares

OTHERS = {
    "newspaper4k": (
        ("newspaper4k", "lxml_html_clean"),
        (
            "import newspaper\ndef read(html, url):\n    article = newspaper.Article(url or 'https://a.example/', fetch_images=False)\n"
            "    article.download(input_html=html)\n    article.parse()\n    return article.text"
        ),
    ),
    "readability-lxml": (
        ("readability-lxml", "lxml_html_clean"),
        (
            "import readability, lxml.html\ndef read(html, url):\n"
            "    found = readability.Document(html).summary(html_partial=True)\n"
            "    return '\\n'.join(lxml.html.fromstring(found).itertext()) if found else ''"
        ),
    ),
    "resiliparse": (
        ("resiliparse",),
        (
            "from resiliparse.extract.html2text import extract_plain_text\ndef read(html, url):\n"
            "    return extract_plain_text(html, main_content=True)"
        ),
    ),
    "mediacloud-metadata": (
        ("mediacloud-metadata",),
        (
            "from mcmetadata import content\ndef read(html, url):\n"
            "    return content.from_html(url or 'https://a.example/', html)['text']"
        ),
    ),
}
OURS = {
    "trafilatura": "from trafilatura import bare_extraction\ndef read(html, url):\n"
    "    found = bare_extraction(html, with_metadata=True)\n    return (found.text if found else '') or ''",
    "feedmill": "from worker.extraction.page_reader import read_page\nfrom worker.page_models import FetchedPage\n"
    "def read(html, url):\n    return getattr(read_page(FetchedPage(url or '', html.encode()), None), 'text', '')",
    "feedmill known": "from templates import learned\nfrom worker.extraction.page_reader import read_page\n"
    "from worker.page_models import FetchedPage\nfrom worker.templates.template_codec import unpack_templates\n"
    "from worker.templates.template_session import TemplateSession\n"
    "def prepare(html, url):\n    page = FetchedPage(url or '', html.encode())\n    return learned([page] * 3)\n"
    "def read(html, url, known):\n    run = TemplateSession(unpack_templates(known))\n"
    "    found = read_page(FetchedPage(url or '', html.encode()), None, templates=run)\n"
    "    return getattr(found, 'text', '') if run.way == 'template' else None",
}
CHILD = """
import json, sys, time
spent = {}
prepare = globals().get("prepare")
pages = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
for number, page in enumerate([*pages[:20], *pages]):
    known = (prepare(page["html"], page["url"]),) if prepare else ()
    began = time.process_time()
    try:
        text = read(page["html"], page["url"], *known)
    except Exception as error:  # an extractor that fails on a page has no text of it
        text = ""
    took = time.process_time() - began
    if number >= 20 or len(pages) < 20:
        print(json.dumps([page["id"], text, took]), flush=True)
"""


def install(folder: Path, names: tuple[str, ...]) -> Path | None:
    """Make an environment with these packages; gives its Python, None where they do not install."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    subprocess.run([*pip, "--upgrade", "pip"], check=False, capture_output=True)
    done = subprocess.run([*pip, *names], check=False, capture_output=True)
    return None if done.returncode else python


def read_all(python: Path, program: str, pages: Path) -> dict[str, tuple[str | None, float]]:
    """Have an extractor read all pages; gives text and CPU seconds by page."""
    here = Path(__file__).resolve().parent
    path = os.pathsep.join(map(str, (here.parent, here, here.parent / "tests" / "support")))
    out = subprocess.run(
        [python, "-W", "ignore", "-c", f"{program}\n{CHILD}", pages],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **({"PYTHONPATH": path} if python == Path(sys.executable) else {})},
    ).stdout
    return {name: (text, took) for name, text, took in map(json.loads, out.splitlines())}


def row(
    name: str,
    read: dict[str, tuple[str | None, float]],
    plain: dict[str, tuple[str | None, float]],
    golds: dict,
) -> str:
    """Score what an extractor read, beside trafilatura on the same pages."""
    scored: list[Share] = []
    exact, mine, theirs = 0, 0.0, 0.0
    for page, (text, took) in read.items():
        if text is None:
            continue
        share, same = shares(golds[page], text)
        scored.append(share)
        exact += same
        mine, theirs = mine + took, theirs + plain[page][1]
    pages = len(scored) or 1
    return (
        f"{name:20s} {len(scored):5d} {f1(scored):.3f} {exact / pages:.3f} {1000 * mine / pages:6.1f} "
        f"{mine / (theirs or 1):5.2f}"
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("corpus", type=Path)
    asked.add_argument("--every", type=int, default=5)
    asked.add_argument("--others", type=Path)
    asked.add_argument("--alone", action="store_true", help="fetch nothing: trafilatura and feedmill")
    args = asked.parse_args()
    rows = [json.loads(line) for line in (args.corpus / "gold.jsonl").open(encoding="utf-8")][:: args.every]
    golds = {one["id"]: one["text"] for one in rows}
    with tempfile.TemporaryDirectory(prefix="fmb-") as name:
        pages = Path(name) / "pages.jsonl"
        with pages.open("w", encoding="utf-8") as file:
            for one in rows:
                html = gzip.decompress((args.corpus / one["file"]).read_bytes()).decode("utf-8", "replace")
                file.write(json.dumps({"id": one["id"], "url": one["url"], "html": html}) + "\n")
        print("extractor            pages F1    exact  ms a page  over trafilatura")
        plain: dict[str, tuple[str | None, float]] = {}
        for who, program in OURS.items():
            read = read_all(Path(sys.executable), program, pages)
            plain = plain or read
            print(row(who, read, plain, golds), flush=True)
        for who, (names, program) in () if args.alone else OTHERS.items():
            python = install((args.others or Path(name)) / who, names)
            if python is None:
                print(f"{who:20s} does not install")
                continue
            print(row(who, read_all(python, program, pages), plain, golds), flush=True)


if __name__ == "__main__":
    main()
