# ruff: noqa: E501 - a page stands in one line
"""What is said in a transcript of any format becomes an article; what is none becomes nothing."""

import json

import pytest
from support.growth import LINEAR, growth

from feedmill._ledger.core.records import Entry
from feedmill.enclosures import Episode
from worker.extraction import transcript_cues
from worker.extraction.podcast_transcript import MAX_BYTES, find_transcript, read_transcript
from worker.page_models import CleanedArticle, FetchedPage

ADDRESS = "https://files.example/7.vtt"
ENTRY = Entry(guid="7", title="Episode 7: the lock", authors=("Ada Miller",), lang="en")
ADA = "The lock was built in nineteen hundred and four, and nobody has looked after it since the war."
BO = "And now it leaks, so that the whole of the upper harbour stands dry in summer."


def read(body: str | bytes, kind: str = "", entry: Entry = ENTRY) -> CleanedArticle | None:
    data = body if isinstance(body, bytes) else body.encode()
    return read_transcript(FetchedPage(ADDRESS, data, kind or None), entry, "https://pod.example/7")


def text_of(body: str | bytes, kind: str = "") -> str:
    made = read(body, kind)
    return made.text if made else ""


VTT = f"""\ufeffWEBVTT - 7
Kind: captions

NOTE made by hand
over several lines

STYLE
::cue {{ color: red }}

1
00:00:00.000 --> 00:00:03.000 align:start
<v Ada>The lock was built in <i>nineteen</i>
hundred and four,

00:03.000 --> 00:06.000
<v Ada>and nobody has looked <00:00:04.000><c>after</c> it since the war.

00:00:06.000 --> 00:00:07.000
[Music]

00:00:07.000 --> 00:00:09.000
<v.loud Bo>{BO}</v>
"""
SRT = f"""1\r
00:00:00,000 --> 00:00:03,000\r
Ada: The lock was built in nineteen\r
hundred and four,\r
\r
2\r
00:00:03,000 --> 00:00:06,000\r
Ada: and nobody has looked after it since the war.\r
\r
3\r
00:00:06,000 --> 00:00:09,000\r
Bo: {BO}\r
"""
JSON = json.dumps(
    {
        "version": "1.0.0",
        "segments": [
            {"speaker": "Ada", "startTime": 0, "endTime": 3, "body": ADA},
            {"speaker": "Bo", "startTime": 3, "endTime": 9, "body": BO},
        ],
    }
)
HTML = f"<cite>Ada:</cite><time>0:00</time><p>{ADA}</p><cite>Bo:</cite><time>0:09</time><p>{BO}</p>"
SAID = f"Ada: {ADA}\n\nBo: {BO}"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (VTT, "text/vtt"),
        (VTT, "text/plain"),
        (VTT.encode("utf-16"), "text/vtt"),
        (SRT, "application/x-subrip"),
        (SRT, "application/octet-stream"),
        (JSON, "application/json"),
        (JSON, "text/plain"),
        (HTML, "text/html"),
        (f"{SAID}\n", "text/plain; charset=utf-8"),
        (SAID.replace("\n\n", "\n").replace("nineteen ", "nineteen\n"), "text/plain"),
    ],
)
def test_a_transcript_of_each_format_is_read(body: str | bytes, kind: str) -> None:
    made = read(body, kind)
    assert made is not None
    assert made.text == SAID
    assert (made.title, made.authors, made.lang) == (ENTRY.title, ("Ada Miller",), "en")
    assert (made.text_from, made.word_count, made.doubts) == ("transcript", len(SAID.split()), ("short",))


def test_a_whole_page_is_read_as_pages_are() -> None:
    said = "".join(f"<p>{ADA} This was said for the {number}th time.</p>" for number in range(6))
    page = f"<!doctype html><html lang=en><body><nav><a href=/>Home</a></nav><main><h1>T</h1>{said}</main></body></html>"
    text = text_of(page, "text/html")
    assert text.startswith(ADA)
    assert text.count(ADA) == 6
    assert "Home" not in text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"%PDF-1.7 text",
        b"ID3\x00\x01" + b"x" * 100,
        "WEBVTT\n\nno timing at all",
        '{"error": "not found"}',
        "[" * 100_000,
        "{broken",
        "<!doctype html><html><body><form><input type=password></form></body></html>",
        b"x" * (MAX_BYTES + 1),
    ],
)
def test_what_is_no_transcript_makes_no_article(body: str | bytes) -> None:
    assert read(body, "text/vtt") is None


def test_captions_that_roll_up_are_there_once_and_long_speech_has_paragraphs() -> None:
    lines = [f"This is sentence {number} of a speech that goes on and on." for number in range(40)]
    shown = [f"{before}\n{line}" for before, line in zip(["", *lines], lines, strict=False)]
    cues = "\n\n".join(
        f"00:{n:02d}:00.000 --> 00:{n:02d}:30.000\n{text.strip()}" for n, text in enumerate(shown)
    )
    text = text_of(f"WEBVTT\n\n{cues}\n")
    assert text.split() == " ".join(lines).split()
    assert text.count("\n\n") == 3


def test_more_cues_than_are_read_are_a_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript_cues, "MAX_CUES", 2)
    made = read("\n".join(f"Line {number} of it." for number in range(3)))
    assert made is not None
    assert (made.text, made.doubts) == ("Line 0 of it. Line 1 of it.", ("short", "trimmed"))


def test_a_transcript_is_looked_for_unless_the_feeds_own_words_are_wanted() -> None:
    told = Entry(guid="7", episode=Episode(transcript=ADDRESS))
    assert find_transcript(told) == ADDRESS
    assert find_transcript(Entry(guid="7", episode=Episode(transcript=ADDRESS), words_only=True)) is None
    assert find_transcript(ENTRY) is None


@pytest.mark.parametrize(
    "unit", ["<v A>", "00:00.000 --> ", "a: ", ">>", "[", "<p>", "\n\n", "♪", '{"body":']
)
def test_reading_takes_time_in_proportion_to_the_length(unit: str) -> None:
    head = "WEBVTT\n\n00:00.000 --> 00:01.000\n" if unit != "<p>" else ""
    assert growth(lambda size: read(head + unit * size), 3000) < LINEAR
