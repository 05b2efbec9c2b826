"""Publishing: each revision exactly once, whatever is sent again."""

from ledger_desk import DAY, MINUTE, Desk, story

from feedmill._ledger.core.records import LeasedPage
from feedmill._ledger.errors import LedgerFull

A = "http://a.example/feed"


def test_a_revision_is_appended_once(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    first = desk.publish(page)
    second = desk.publish(page)
    assert first is not None
    assert second is not None
    assert (first.repeated, second.repeated) == (False, True)
    assert first.stream_id == second.stream_id
    assert desk.stream() == [(page.id, 1)]
    assert desk.census().published == {"created": 1}


def test_a_late_owner_learns_that_the_revision_is_out(desk: Desk) -> None:
    (old,) = desk.start(story(1))
    desk.now += MINUTE
    desk.reap()
    (new,) = desk.take().pages
    out = desk.publish(new)
    late = desk.publish(old)
    assert out is not None
    assert late is not None
    assert late.repeated
    assert late.stream_id == out.stream_id
    assert len(desk.stream()) == 1


def test_a_leased_page_whose_revision_is_out_settles_as_unchanged(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.publish(page)
    desk.now += DAY
    desk.poll(A, story(1, words="corrected"))
    (again,) = desk.take().pages
    answer = desk.publish(again, rev=1)
    assert answer is not None
    assert answer.repeated
    assert desk.census().leased == 0
    assert desk.census().settled == {"published": 1, "unchanged": 1}


def test_the_stream_entry_holds_the_fields_as_given(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    out = desk.publish(page)
    assert out is not None
    ((stream_id, fields),) = desk.client.xrange(desk.keys.stream())
    assert stream_id.decode() == out.stream_id
    assert list(fields.items()) == [(b"id", page.id.encode()), (b"rev", b"1")]


def test_any_fingerprint_comes_back_as_it_was(desk: Desk) -> None:
    prints = ["", "ab" * 32, "AB12", "abc", "any words, ünïcode"]
    pages = desk.start(*(story(number) for number in range(len(prints))))
    for page, fingerprint in zip(pages, prints, strict=True):
        desk.publish(page, fingerprint=fingerprint)
    desk.now += DAY
    desk.poll(A, *(story(number, words="corrected") for number in range(len(prints))))
    known = {page.id: page.known_print for page in desk.take(9, per_site=9).pages}
    assert known == {page.id: fingerprint for page, fingerprint in zip(pages, prints, strict=True)}


def test_a_full_server_changes_nothing(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    before = desk.census()
    desk.client.config_set("maxmemory", "1mb")
    try:
        refused = None
        try:
            desk.publish(page)
        except LedgerFull as error:
            refused = error
    finally:
        desk.client.config_set("maxmemory", "0")
    assert refused is not None
    assert refused.operation == "publish"
    assert refused.temporary
    assert desk.census() == before
    assert desk.publish(page) is not None
    assert desk.stream() == [(page.id, 1)]


def reread(desk: Desk, words: str) -> LeasedPage:
    """Bring a published page back by other words of its feed."""
    desk.now += DAY
    desk.poll(A, story(1, words=words))
    (page,) = desk.take().pages
    return page


OURS, THEIRS = "ab" * 20, "cd" * 16 + "ab" * 4


def resolved(desk: Desk, page: LeasedPage) -> tuple[str, str]:
    found = desk.resolve(page)
    assert found is not None
    return found.known_fingerprint, found.numbered_fingerprint


def test_a_revision_keeps_who_read_it(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.publish(page, fingerprint=OURS + "07")
    again = reread(desk, "said otherwise")
    assert again.known_print == OURS
    assert resolved(desk, again) == (OURS, OURS + "07")


def test_how_another_reader_reads_a_revision_is_noted_beside_it(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.publish(page, fingerprint=OURS)
    again = reread(desk, "said otherwise")
    assert resolved(desk, again) == (OURS, "")
    assert desk.settle(again, "other_reader", fingerprint=THEIRS + "08")
    assert desk.settle(again, "other_reader", fingerprint=OURS + "09") is False  # its lease is over
    third = reread(desk, "said in a third way")
    assert (third.known_rev, third.known_print) == (1, OURS)
    assert resolved(desk, third) == (OURS, THEIRS + "08")
    desk.publish(third, rev=2, fingerprint=THEIRS)  # by a release whose readers have no number
    assert resolved(desk, reread(desk, "said in a fourth way")) == (THEIRS, "")
    assert desk.census().settled == {"published": 2, "other_reader": 1}


def test_a_reading_is_known_as_long_as_its_article(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.publish(page, fingerprint=OURS + "07")
    for month in range(1, 8):
        desk.now += 30 * DAY
        desk.poll(A, story(1, words=f"month {month}"))
        (again,) = desk.take().pages
        assert resolved(desk, again) == (OURS, OURS + "07")
        desk.settle(again)


def test_of_a_retracted_article_no_reading_is_noted(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.publish(page, event="retracted", fingerprint="retracted")
    assert desk.settle(reread(desk, "said otherwise"), fingerprint=OURS + "07")
    assert resolved(desk, reread(desk, "said in a third way")) == ("retracted", "")


def test_of_a_page_that_was_never_out_no_reading_is_noted(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    assert desk.settle(page, "empty", fingerprint=OURS + "07")
    assert resolved(desk, reread(desk, "said otherwise")) == ("", "")
