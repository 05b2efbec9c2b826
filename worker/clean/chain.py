"""The chain of cleaning steps, in order, each with its name."""

from dataclasses import replace

from worker.clean import calls, opening, related, repeats, sources, zones
from worker.clean.story import Step, Story

STEPS: dict[str, Step] = {
    "other_post": related.other_post,
    "read_time": opening.read_time,
    "headline": opening.headline,
    "standfirst": zones.standfirst,
    "pull_quote": repeats.pull_quote,
    "related_end": related.related_end,
    "advert": calls.advert,
    "cookies": calls.cookies,
    "newsletter": calls.newsletter,
    "follow": calls.follow,
    "service": calls.service,
    "share": calls.share,
    "caption": calls.caption,
    "inline_related": related.inline_related,
    "related": related.related,
    "link_run": related.link_run,
    "link_list": related.link_list,
    "comments": calls.comments,
    "tags": calls.tag_list,
    "apart": zones.apart,
    "copyright": calls.copyright_notice,
    "byline": opening.byline,
    "agency_credit": sources.agency_credit,
    "author_note": calls.author_note,
    "reporter_credit": sources.reporter_credit,
    "agency_suffix": sources.agency_suffix,
    "closing_rows": opening.closing_rows,
    "dateline": sources.dateline,
}


def clean(story: Story, *, off: frozenset[str] = frozenset()) -> Story:
    """Run the story through all steps but those switched off."""
    for name, step in STEPS.items():
        if name not in off:
            story = step(story)
    return replace(story, blocks=tuple(block for block in story.blocks if not block.ghost))
