"""Removes lines that are a known label or notice: ads, cookies, comments, rights, tags, authors."""

from worker.cleaning.draft import CleaningDraft
from worker.cleaning.markup_class_words import TAG_LISTS
from worker.cleaning.removal_surroundings import is_running
from worker.document.block_tests import LABEL_CHARS, is_paragraph, is_sentence
from worker.vocabulary.labels import load_labels

_MIN_TAG_LINKED_SHARE = 0.8
"""Share of a line's characters in links from which a short line below a list of tags is one of them."""


def remove_labeled(draft: CleaningDraft, kind: str, rule: str, *, start: int = 0) -> CleaningDraft:
    """Remove the lines from a place on that are labels of a kind as a whole; a page's headline stays."""
    gone = [
        place
        for place, block in enumerate(draft.blocks)
        if place >= start and block.level != 1 and load_labels().is_label(kind, block.text)
    ]
    return draft.remove_blocks(gone, rule)


def remove_advert_labels(draft: CleaningDraft) -> CleaningDraft:
    """Remove ad labels and affiliate notices that are whole lines; an article about ads stays."""
    return remove_labeled(draft, "advert", "advert")


def remove_comment_labels(draft: CleaningDraft) -> CleaningDraft:
    """Remove comment labels and forms below the last paragraph; a heading "Comments" over text stays."""
    tail = draft.tail()
    gone = [
        place
        for place, block in enumerate(draft.blocks)
        if load_labels().is_label("comments", block.text) and (place >= tail or not _leads_text(draft, place))
    ]
    return draft.remove_blocks(gone, "comments")


def _leads_text(draft: CleaningDraft, place: int) -> bool:
    if place + 1 >= len(draft.blocks):
        return False
    under = draft.blocks[place + 1]
    return is_paragraph(under) or (draft.blocks[place].level > 0 and is_running(under))


def remove_copyright_lines(draft: CleaningDraft) -> CleaningDraft:
    """Remove copyright, "appeared first on" and legal lines in the last third; elsewhere they are text."""
    start = len(draft.blocks) * 2 // 3
    draft = remove_labeled(draft, "copyright", "copyright", start=start)
    return remove_labeled(draft, "appeared", "copyright", start=start // 2)


def remove_tag_lists(draft: CleaningDraft) -> CleaningDraft:
    """Remove "Tags: …" lines and the links after a tag label, below the last paragraph."""
    gone: set[int] = set()
    for place in range(draft.tail(), len(draft.blocks)):
        block = draft.blocks[place]
        if (
            (load_labels().is_label("tags", block.text) and (block.linked or not is_sentence(block, 4)))
            or block.has_class_word(*TAG_LISTS)
            or (place - 1 in gone and block.linked > _MIN_TAG_LINKED_SHARE and len(block.text) < LABEL_CHARS)
        ):
            gone.add(place)
    return draft.remove_blocks(gone, "tags")


def remove_cookie_lines(draft: CleaningDraft) -> CleaningDraft:
    """Remove cookie and consent lines that are whole blocks; a recipe for cookies stays."""
    return remove_labeled(draft, "cookies", "cookies")


def remove_author_notes(draft: CleaningDraft) -> CleaningDraft:
    """Remove a note about the author after the end of the article: "Jane Doe is a reporter for …".

    Only in the last blocks, and only as a whole line; an article about a reporter stays.
    """
    count = len(draft.blocks)
    gone = []
    for place in range(count - 1, max(0, count - 4), -1):
        if not load_labels().is_label("note", draft.blocks[place].text):
            break
        gone.append(place)
    return draft.remove_blocks(gone, "author_note")
