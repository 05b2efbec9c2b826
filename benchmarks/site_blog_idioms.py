"""Writes pages in the idioms of publishing systems for blogs and magazines. Pure, as site_idioms.py says."""

from collections.abc import Sequence
from html import escape
from random import Random

from site_markup import insert_rows, write_links, write_list, write_page, write_table
from site_prose import Written, sentence_writer


def gutenberg(article: Written, others: Sequence[Written], rng: Random) -> str:
    """Write a page of a block editor with plugins for advertisements, sharing and newsletters."""
    sentence = sentence_writer(article.lang, rng)
    marks = {
        "h2": '<h2 class="wp-block-heading">{}</h2>',
        "question": '<p class="has-text-color"><strong>{}</strong></p>',
        "update": '<h3 class="wp-block-heading">{}</h3>',
        "quote": '<blockquote class="wp-block-quote"><p>{}</p></blockquote>',
        "p": "<p>{}</p>",
    }
    rows = []
    for part in article.parts:
        if part.kind in ("ul", "ol"):
            rows.append(write_list(part.kind, part.lines, ' class="wp-block-list"'))
        elif part.kind == "table":
            rows.append(f'<figure class="wp-block-table">{write_table(part.lines)}</figure>')
        else:
            rows.append(marks[part.kind].format(escape(part.lines[0])))
    other = rng.choice(others)
    insert_rows(
        rows,
        rng,
        (0.9, '<div class="code-block code-block-3" style="margin: 8px auto;"><p>Advertisement</p></div>'),
        (
            0.6,
            f'<div class="code-block code-block-{rng.randint(4, 9)}"><p>Advertisement - scroll to continue</p></div>',
        ),
        (
            0.5,
            f'<p class="has-small-font-size"><strong>Read also:</strong> <a href="/{other.number}">{escape(other.title)}</a></p>',
        ),
        (
            0.3,
            f'<figure class="wp-block-image size-large"><img src="/i{rng.randrange(99)}.jpg"><figcaption class="wp-element-caption">{sentence()}</figcaption></figure>',
        ),
        (
            0.2,
            f'<figure class="wp-block-pullquote"><blockquote><p>{sentence()}</p><cite>{article.author}</cite></blockquote></figure>',
        ),
        (
            0.1,
            f'<div class="wp-block-group has-background"><h3>In short</h3><p>{sentence()}</p><p>{sentence()}</p></div>',
        ),
        (
            0.1,
            f'<div class="wp-block-embed is-type-video"><iframe src="/v"></iframe><p>{sentence()}</p></div>',
        ),
        (0.05, f'<p class="has-background">Correction: {sentence()}</p>'),
    )
    rows.append(
        '<div class="wp-block-group newsletter"><p>Get the best of the week every Sunday. <a href="/n">Sign up here</a></p></div>'
    )
    talk = "".join(
        f'<li class="comment depth-{n + 1}"><p>{sentence()}</p></li>' for n in range(rng.randrange(4))
    )
    return write_page(
        article,
        "Block Courier",
        '<div class="wp-site-blocks"><header class="wp-block-template-part"><nav><a href="/">Home</a></nav></header>'
        f'<main class="wp-block-group"><h1 class="wp-block-post-title">{escape(article.title)}</h1><div class="wp-block-post-author">'
        f'<p>By {article.author}</p></div><div class="entry-content wp-block-post-content">{"".join(rows)}'
        '<div class="sharedaddy"><h3 class="sd-title">Share this:</h3><ul><li><a href="#">Facebook</a></li></ul></div>'
        f'<div class="jp-relatedposts"><h3>Related</h3><ul>{write_links(others[:3])}</ul></div></div>'
        f'<div class="wp-block-comments"><h2>{len(talk) // 80} comments</h2><ol>{talk}</ol></div></main></div>',
        words=f"single postid-{article.number} category-{rng.choice(('town', 'money'))}",
    )


def ghost(article: Written, others: Sequence[Written], rng: Random) -> str:
    """Write a page of a newsletter system, with cards between paragraphs."""
    sentence = sentence_writer(article.lang, rng)
    rows = []
    for part in article.parts:
        if part.kind in ("ul", "ol"):
            rows.append(write_list(part.kind, part.lines))
        elif part.kind == "table":
            rows.append(f"<!--kg-card-begin: html-->{write_table(part.lines)}")
        elif part.kind in ("h2", "update"):
            rows.append(f'<h2 id="{part.lines[0][:9].lower().strip()}">{escape(part.lines[0])}</h2>')
        elif part.kind == "quote":
            rows.append(f"<blockquote>{escape(part.lines[0])}</blockquote>")
        else:
            inner = escape(part.lines[0])
            rows.append(f"<p>{f'<strong>{inner}</strong>' if part.kind == 'question' else inner}</p>")
    other = rng.choice(others)
    color = rng.choice(("blue", "green", "accent"))
    insert_rows(
        rows,
        rng,
        (
            0.5,
            f'<div class="kg-card kg-callout-card kg-callout-card-{color}"><div class="kg-callout-emoji">i</div><div class="kg-callout-text">{sentence()}</div></div>',
        ),
        (
            0.4,
            f'<figure class="kg-card kg-bookmark-card"><a class="kg-bookmark-container" href="/{other.number}"><div class="kg-bookmark-content"><div class="kg-bookmark-title">{escape(other.title)}</div><div class="kg-bookmark-description">{escape(other.summary)}</div></div></a></figure>',
        ),
        (
            0.3,
            f'<figure class="kg-card kg-image-card kg-card-hascaption"><img class="kg-image" src="/{article.number}.png"><figcaption>{sentence()}</figcaption></figure>',
        ),
        (
            0.2,
            f'<div class="kg-card kg-toggle-card"><div class="kg-toggle-heading"><h4>{sentence()}</h4></div><div class="kg-toggle-content"><p>{sentence()}</p></div></div>',
        ),
        (
            0.9,
            '<div class="kg-card kg-signup-card"><p>Join nine thousand readers of this letter.</p><button>Subscribe</button></div>',
        ),
        (0.1, "<hr>"),
        (
            0.15,
            f'<div class="kg-card kg-cta-card"><div class="kg-cta-sponsor-label">Sponsored</div><div class="kg-cta-text"><p>{sentence()}</p><a href="/x">See more</a></div></div>',
        ),
    )
    if rng.random() < 0.06:  # only members may read on
        rows = [
            *rows[:2],
            '<aside class="gh-post-upgrade-cta"><h2>This post is for subscribers only</h2><a href="/join">Subscribe now</a></aside>',
        ]
    cards = "".join(
        f'<article class="post-card"><h3><a href="/{one.number}">{escape(one.title)}</a></h3><p class="post-card-excerpt">{escape(one.summary)}</p></article>'
        for one in others[:3]
    )
    return write_page(
        article,
        "The Letter",
        f'<div class="viewport"><header class="gh-head"><a href="/">The Letter</a></header><main class="gh-main"><article class="gh-article post tag-{rng.randint(1, 9)}">'
        f'<header class="gh-article-header"><h1 class="gh-article-title">{escape(article.title)}</h1><p class="gh-article-excerpt">{escape(article.summary)}</p>'
        f'<div class="gh-article-meta">{article.author} — {rng.randint(2, 12)} min read</div></header><section class="gh-content gh-canvas">{"".join(rows)}</section>'
        f'<section class="article-comments gh-canvas"></section></article><section class="gh-read-next"><h2>Read more</h2>{cards}</section></main></div>',
        kind="Article",
    )


def drupal(article: Written, others: Sequence[Written], rng: Random) -> str:
    """Write a page of modules: each part of an article in wrappers of its own kind."""
    sentence = sentence_writer(article.lang, rng)

    def module(kind: str, inner: str) -> str:
        return f'<div class="field__item"><div class="paragraph paragraph--type--{kind} paragraph--view-mode--default">{inner}</div></div>'

    def text(inner: str) -> str:
        return module(
            "text", f'<div class="clearfix text-formatted field field--name-field-text">{inner}</div>'
        )

    rows, run = [], []
    for part in article.parts:
        if part.kind == "p" and rng.random() < 0.6:
            run.append(f"<p>{escape(part.lines[0])}</p>")
            continue
        if run:
            rows.append(text("".join(run)))
            run = []
        if part.kind in ("ul", "ol"):
            rows.append(text(write_list(part.kind, part.lines)))
        elif part.kind == "table":
            rows.append(module("table", write_table(part.lines)))
        elif part.kind == "quote":
            rows.append(
                module(
                    "quote",
                    f'<blockquote class="field--name-field-quote">{escape(part.lines[0])}</blockquote>',
                )
            )
        else:
            tag = {"h2": "h2", "update": "h3"}.get(part.kind, "p")
            rows.append(text(f"<{tag}>{escape(part.lines[0])}</{tag}>"))
    rows = [*rows, *([text("".join(run))] if run else [])]
    insert_rows(
        rows,
        rng,
        (
            0.5,
            module(
                "image",
                f'<figure><img src="/{article.number}.jpg"><figcaption>{sentence()}</figcaption></figure>',
            ),
        ),
        (0.4, module("related", f"<h3>Read more</h3><ul>{write_links(others[:2])}</ul>")),
        (
            0.2,
            module(
                "infobox",
                f"<h3>Facts</h3><p>{sentence()}</p><ul><li>{sentence()}</li><li>{sentence()}</li></ul>",
            ),
        ),
        (
            0.15,
            module(
                "accordion",
                f"<div class='accordion-title'>{sentence()}</div><div class='accordion-body'><p>{sentence()}</p></div>",
            ),
        ),
        (0.7, module("ad", '<div class="ad-slot">Advertisement</div>')),
        (0.1, module("editors-note", f"<p>Editor’s note: {sentence()}</p>")),
    )
    return write_page(
        article,
        "Modular News",
        f'<div class="dialog-off-canvas-main-canvas"><div class="layout-container"><main role="main"><div class="layout-content"><article class="node node--type-article node--{article.number}">'
        f'<h1 class="page-title"><span>{escape(article.title)}</span></h1><div class="field--name-field-lead"><p>{escape(article.summary)}</p></div>'
        f'<div class="node__meta">Submitted by {article.author} on 3 March 2026</div><div class="field field--name-field-paragraphs field__items">{"".join(rows)}</div>'
        f'<div class="field--name-field-tags"><a href="/t1">town</a> <a href="/t2">river</a></div></article></div><aside class="layout-sidebar"><h2>Latest</h2>{write_links(others, "div", " class=views-row")}</aside></main></div></div>',
    )
