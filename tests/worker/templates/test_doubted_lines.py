"""Which lines of a page make its template doubtful, and which are sure though no page had them before."""

import pytest
from site_shapes import SiteArticle, write_site

from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage
from worker.templates.path_role_index import PathRoleIndex, index_template
from worker.templates.template_session import TemplateSession
from worker.templates.template_set import SiteTemplates
from worker.templates.template_values import BlockZone, PathCounts, SiteTemplate

HOME = "html>body>div.page>article>div.story"


def read(markup: str, known: SiteTemplates = ()) -> tuple[CleanedArticle, TemplateSession]:
    session = TemplateSession(known)
    result = read_page(FetchedPage("https://one.example/1", markup.encode()), None, templates=session)
    assert isinstance(result, CleanedArticle)
    return result, session


def learn(pages: list[tuple[SiteArticle, str]]) -> SiteTemplates:
    known: SiteTemplates = ()
    for _, markup in pages:
        known = read(markup, known)[1].known
    assert known[0].trust.state == "trusted"
    return known


def index_of(paragraph: str = "p") -> PathRoleIndex:
    steady = PathCounts(text=(0, 60, 0), text_pages=(0, 12, 0), pages=12)
    return index_template(
        SiteTemplate({f"{HOME}>{paragraph}": steady}, frozenset(), "html>body>div.page>article", pages=12)
    )


@pytest.mark.parametrize(
    ("path", "zone", "role"),
    [
        ("h2.wp.block.heading", BlockZone.AMONG, "text"),
        ("ul.list.c0>li", BlockZone.AMONG, "text"),
        ("ol>li>p", BlockZone.AMONG, "text"),
        ("table.data>tr>td", BlockZone.AMONG, "text"),
        ("figure.table>table>tr>td", BlockZone.AMONG, "text"),
        ("blockquote.quote>p", BlockZone.AMONG, "text"),
        ("ul>li", BlockZone.BELOW, "text"),
        ("h2.related", BlockZone.BELOW, "unknown"),
        ("ul.related>li", BlockZone.BELOW, "unknown"),
        ("ul.tools>li", BlockZone.ABOVE, "unknown"),
        ("h2", BlockZone.ABOVE, "unknown"),
        ("ul.list>li~", BlockZone.AMONG, "unknown"),
        ("blockquote.tweet>p", BlockZone.AMONG, "unknown"),
        ("p.promo", BlockZone.AMONG, "unknown"),
        ("div.box>h3", BlockZone.AMONG, "unknown"),
        ("div.box>ul>li", BlockZone.AMONG, "unknown"),
        ("aside>p", BlockZone.AMONG, "unknown"),
        ("figure>figcaption", BlockZone.AMONG, "unknown"),
    ],
)
def test_what_writers_put_between_paragraphs_is_text_and_boxes_are_doubtful(
    path: str, zone: BlockZone, role: str
) -> None:
    assert index_of().find_role(f"{HOME}>{path}", zone, has_weight=True) == role
    assert index_of().find_role(f"html>body>div.page>div.side>{path}", zone, has_weight=True) == "unknown"


def test_a_paragraph_has_all_words_that_those_of_the_text_share() -> None:
    index = index_of("p.graf.after.p")
    assert index.find_role(f"{HOME}>p.graf.after.p.last", BlockZone.AMONG, has_weight=True) == "text"
    assert index.find_role(f"{HOME}>p.graf.promo", BlockZone.AMONG, has_weight=True) == "unknown"


@pytest.mark.parametrize(
    ("line", "way"),
    [
        ("<p>Also read: <a href='/3'>The museum of the harbour shows its oldest map</a></p>", "template"),
        ("<p>The harbour master has kept a diary of every ship since the autumn of 1971.</p>", "full"),
        ("<p>The harbour master has kept a large diary since 1971.</p>", "full"),
    ],
)
def test_a_doubtful_line_that_cleaning_takes_anyway_is_no_doubt(line: str, way: str) -> None:
    pages = write_site("journal", 24)
    known = learn(pages[:12])
    markup = pages[20][1].replace("</p>\n<p", f"</p><section class='odd'>{line}</section>\n<p", 1)
    assert markup != pages[20][1]
    by_template, session = read(markup, known)
    assert session.way == way, session.reasons
    assert by_template.text == read(markup)[0].text


def test_a_standfirst_that_is_the_first_paragraph_too_leaves_one_of_the_two() -> None:
    def show(article: SiteArticle, markup: str, dek: str) -> tuple[SiteArticle, str]:
        return article, markup.replace("</h1>", f"</h1><h2 class='dek'>{dek}</h2>", 1)

    pages = write_site("journal", 24)
    known = learn(
        [
            show(
                one,
                text,
                f"What was said about file {one.number} on that day in the old town hall of the harbour.",
            )
            for one, text in pages[:12]
        ]
    )
    article, markup = pages[20]
    by_template, session = read(show(article, markup, article.summary)[1], known)
    assert session.way == "template", session.reasons
    assert by_template.text.count(article.summary) == 1
    assert by_template.text == read(show(article, markup, article.summary)[1])[0].text


def test_a_page_is_tried_by_the_templates_that_read_already() -> None:
    pages = write_site("journal", 24)
    known = learn(pages[:12])
    begun = read(write_site("gazette", 1)[0][1], known)[1].known
    assert [one.trust.state for one in begun] == ["learning", "trusted"]
    _, session = read(pages[20][1], begun)
    assert session.way == "template"
