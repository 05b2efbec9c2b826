"""Lists the cleaning steps in order, each with its name."""

from dataclasses import replace

from worker.cleaning import (
    calls_to_action,
    headline_area,
    notice_lines,
    pull_quotes,
    related_links,
    set_apart_parts,
    wire_credits,
)
from worker.cleaning.bounded_step import run_step_within_bounds
from worker.cleaning.draft import CleaningDraft, CleaningStep

STEPS: dict[str, CleaningStep] = {
    "other_post": related_links.remove_other_posts,
    "read_time": headline_area.remove_reading_times,
    "headline": headline_area.remove_headline_repeats,
    "standfirst": set_apart_parts.remove_standfirst,
    "pull_quote": pull_quotes.remove_pull_quotes,
    "related_end": related_links.remove_related_tail,
    "advert": notice_lines.remove_advert_labels,
    "cookies": notice_lines.remove_cookie_lines,
    "newsletter": calls_to_action.remove_newsletter_calls,
    "follow": calls_to_action.remove_follow_calls,
    "service": calls_to_action.remove_service_links,
    "share": calls_to_action.remove_share_lines,
    "caption": set_apart_parts.remove_captions,
    "inline_related": related_links.remove_inline_related,
    "related": related_links.remove_related_lists,
    "link_run": related_links.remove_link_runs,
    "link_list": related_links.remove_link_lists,
    "comments": notice_lines.remove_comment_labels,
    "tags": notice_lines.remove_tag_lists,
    "apart": set_apart_parts.remove_set_apart,
    "copyright": notice_lines.remove_copyright_lines,
    "byline": headline_area.remove_bylines,
    "agency_credit": wire_credits.remove_agency_credits,
    "author_note": notice_lines.remove_author_notes,
    "reporter_credit": wire_credits.remove_reporter_credits,
    "agency_suffix": wire_credits.remove_agency_suffix,
    "closing_rows": headline_area.remove_closing_rows,
    "dateline": wire_credits.remove_dateline,
}


def run_cleaning_steps(draft: CleaningDraft, *, skipped: frozenset[str] = frozenset()) -> CleaningDraft:
    """Run the story through all steps but those switched off."""
    for name, step in STEPS.items():
        if name not in skipped:
            draft = run_step_within_bounds(draft, step, name)
    return replace(draft, blocks=tuple(block for block in draft.blocks if not block.is_landmark))
