"""How trust in a template is earned and lost: one table of states."""

import pytest

from worker.templates.template_trust import (
    DOUBTS_IN_ROW,
    LAST_AUDIT_GAP,
    PageResult,
    TemplateTrust,
    TrustState,
    advance_trust,
    choose_way,
)

NEW = TemplateTrust()
TRIAL = TemplateTrust(state="trial", readings=5)
TRUSTED = TemplateTrust(state="trusted", readings=10)
SUSPENDED = TemplateTrust(state="suspended", readings=10)


def after(trust: TemplateTrust, *results: PageResult) -> TemplateTrust:
    for result in results:
        trust = advance_trust(trust, result)
    return trust


@pytest.mark.parametrize(
    ("start", "results", "state", "way"),
    [
        (NEW, (), "learning", "full"),
        (NEW, ("taught",) * 4, "learning", "full"),
        (NEW, ("taught",) * 5, "trial", "both"),
        (NEW, ("doubtful",) * 9, "learning", "full"),
        (TRIAL, ("alike",) * 4, "trial", "both"),
        (TRIAL, ("alike",) * 5, "trusted", "template"),
        (TRIAL, ("alike",) * 4 + ("differs",) + ("alike",) * 4, "trial", "both"),
        (TRIAL, ("alike",) * 4 + ("differs",) + ("alike",) * 5, "trusted", "template"),
        (TRIAL, ("alike", "alike", "doubtful", "alike", "alike", "alike"), "trusted", "template"),
        (TRIAL, ("doubtful",) * 20, "trial", "both"),
        (TRIAL, ("doubtful",) * (DOUBTS_IN_ROW - 1), "trial", "both"),
        (TRIAL, ("doubtful",) * DOUBTS_IN_ROW, "trial", "full"),
        (TRIAL, ("doubtful",) * 21, "trial", "full"),
        (TRIAL, ("doubtful",) * 20 + ("alike",), "trial", "both"),
        (TRUSTED, ("template",) * 3, "trusted", "template"),
        (TRUSTED, ("template",) * 4, "trusted", "both"),
        (TRUSTED, ("template",) * 4 + ("alike",), "trusted", "template"),
        (TRUSTED, ("template",) * 4 + ("differs",), "suspended", "both"),
        (TRUSTED, ("doubtful",) * (DOUBTS_IN_ROW - 1), "trusted", "template"),
        (TRUSTED, ("doubtful",) * DOUBTS_IN_ROW, "suspended", "both"),
        (TRUSTED, ("doubtful", "doubtful", "template", "doubtful", "doubtful"), "trusted", "template"),
        (SUSPENDED, ("alike",) * 4, "suspended", "both"),
        (SUSPENDED, ("alike",) * 5, "trusted", "template"),
        (SUSPENDED, ("alike",) * 4 + ("differs",), "unlearned", "full"),
        (SUSPENDED, ("differs",), "unlearned", "full"),
        (SUSPENDED, ("doubtful",) * DOUBTS_IN_ROW, "unlearned", "full"),
    ],
)
def test_each_state_follows_from_what_came_before(
    start: TemplateTrust, results: tuple[PageResult, ...], state: TrustState, way: str
) -> None:
    trust = after(start, *results)
    assert (trust.state, choose_way(trust)) == (state, way)


def test_audits_grow_rare_as_they_agree_and_frequent_again_after_one_that_does_not() -> None:
    trust, gaps, pages = TRUSTED, [], 0
    while len(gaps) < 6:
        way = choose_way(trust)
        pages += 1
        trust = advance_trust(trust, "template" if way == "template" else "alike")
        if way == "both":
            gaps.append(pages)
            pages = 0
    assert gaps == [5, 10, 20, 40, LAST_AUDIT_GAP, LAST_AUDIT_GAP]
    again = after(after(trust, "differs"), *("alike",) * 5)
    assert (again.state, again.until_audit) == ("trusted", 5)
