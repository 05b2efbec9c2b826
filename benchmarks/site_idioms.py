"""Writes sites in the idioms of known publishing systems: what their editors put between paragraphs, and how it is marked.

Each idiom is a pure function: an article, others of its site, chance drawn from the article's number -> a page.
"""

from collections.abc import Callable, Sequence
from html import escape
from random import Random

from site_prose import Written, sentence_writer, write_article

Idiom = Callable[[Written, Sequence[Written], Random], str]
_LIVE = '{"@context": "https://schema.org", "@type": "%s", "headline": "%s"%s}'


def _page(
    article: Written, site: str, main: str, *, kind: str = "NewsArticle", more: str = "", words: str = ""
) -> str:
    kind = "LiveBlogPosting" if article.kind == "live" else kind
    said = _LIVE % (kind, article.title.replace('"', "'"), more)
    return (
        f'<!doctype html><html lang="{article.lang}"><head><title>{escape(article.title)} - {site}</title>'
        f'<meta name="description" content="{escape(article.summary)}"><meta property="og:site_name" content="{site}">'
        f'<meta property="og:title" content="{escape(article.title)}"><script type="application/ld+json">{said}</script></head>'
        f'<body class="{words}">{main}</body></html>'
    )


def _list(tag: str, lines: Sequence[str], words: str = "") -> str:
    return f"<{tag}{words}>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</{tag}>"


def _table(lines: Sequence[str]) -> str:
    cells = (line.partition("|") for line in lines)
    return (
        f"<table>{''.join(f'<tr><td>{escape(one)}</td><td>{two}</td></tr>' for one, _, two in cells)}</table>"
    )


def _links(others: Sequence[Written], tag: str = "li", words: str = "") -> str:
    return "".join(f'<{tag}{words}><a href="/{one.number}">{escape(one.title)}</a></{tag}>' for one in others)


def _insert(rows: list[str], rng: Random, *choices: tuple[float, str]) -> list[str]:
    """Put each of these among the rows, by its chance."""
    for odds, markup in choices:
        if rng.random() < odds:
            rows.insert(rng.randint(1, len(rows)), markup)
    return rows


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
            rows.append(_list(part.kind, part.lines, ' class="wp-block-list"'))
        elif part.kind == "table":
            rows.append(f'<figure class="wp-block-table">{_table(part.lines)}</figure>')
        else:
            rows.append(marks[part.kind].format(escape(part.lines[0])))
    other = rng.choice(others)
    _insert(
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
    return _page(
        article,
        "Block Courier",
        '<div class="wp-site-blocks"><header class="wp-block-template-part"><nav><a href="/">Home</a></nav></header>'
        f'<main class="wp-block-group"><h1 class="wp-block-post-title">{escape(article.title)}</h1><div class="wp-block-post-author">'
        f'<p>By {article.author}</p></div><div class="entry-content wp-block-post-content">{"".join(rows)}'
        '<div class="sharedaddy"><h3 class="sd-title">Share this:</h3><ul><li><a href="#">Facebook</a></li></ul></div>'
        f'<div class="jp-relatedposts"><h3>Related</h3><ul>{_links(others[:3])}</ul></div></div>'
        f'<div class="wp-block-comments"><h2>{len(talk) // 80} comments</h2><ol>{talk}</ol></div></main></div>',
        words=f"single postid-{article.number} category-{rng.choice(('town', 'money'))}",
    )


def ghost(article: Written, others: Sequence[Written], rng: Random) -> str:
    """Write a page of a newsletter system, with cards between paragraphs."""
    sentence = sentence_writer(article.lang, rng)
    rows = []
    for part in article.parts:
        if part.kind in ("ul", "ol"):
            rows.append(_list(part.kind, part.lines))
        elif part.kind == "table":
            rows.append(f"<!--kg-card-begin: html-->{_table(part.lines)}")
        elif part.kind in ("h2", "update"):
            rows.append(f'<h2 id="{part.lines[0][:9].lower().strip()}">{escape(part.lines[0])}</h2>')
        elif part.kind == "quote":
            rows.append(f"<blockquote>{escape(part.lines[0])}</blockquote>")
        else:
            inner = escape(part.lines[0])
            rows.append(f"<p>{f'<strong>{inner}</strong>' if part.kind == 'question' else inner}</p>")
    other = rng.choice(others)
    colour = rng.choice(("blue", "green", "accent"))
    _insert(
        rows,
        rng,
        (
            0.5,
            f'<div class="kg-card kg-callout-card kg-callout-card-{colour}"><div class="kg-callout-emoji">i</div><div class="kg-callout-text">{sentence()}</div></div>',
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
    return _page(
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
            rows.append(text(_list(part.kind, part.lines)))
        elif part.kind == "table":
            rows.append(module("table", _table(part.lines)))
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
    _insert(
        rows,
        rng,
        (
            0.5,
            module(
                "image",
                f'<figure><img src="/{article.number}.jpg"><figcaption>{sentence()}</figcaption></figure>',
            ),
        ),
        (0.4, module("related", f"<h3>Read more</h3><ul>{_links(others[:2])}</ul>")),
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
    return _page(
        article,
        "Modular News",
        f'<div class="dialog-off-canvas-main-canvas"><div class="layout-container"><main role="main"><div class="layout-content"><article class="node node--type-article node--{article.number}">'
        f'<h1 class="page-title"><span>{escape(article.title)}</span></h1><div class="field--name-field-lead"><p>{escape(article.summary)}</p></div>'
        f'<div class="node__meta">Submitted by {article.author} on 3 March 2026</div><div class="field field--name-field-paragraphs field__items">{"".join(rows)}</div>'
        f'<div class="field--name-field-tags"><a href="/t1">town</a> <a href="/t2">river</a></div></article></div><aside class="layout-sidebar"><h2>Latest</h2>{_links(others, "div", " class=views-row")}</aside></main></div></div>',
    )


def fusion(article: Written, others: Sequence[Written], rng: Random) -> str:
    """Write a page of a newsroom system: one class for each kind of part, hashed styles that change with each page."""
    sentence = sentence_writer(article.lang, rng)

    def style() -> str:
        return f"sc-{rng.randrange(16**4):04x}{chr(97 + rng.randrange(26))}"

    def p(inner: str, words: str = "") -> str:
        return f'<p class="c-paragraph{words}">{inner}</p>'

    rows = []
    for part in article.parts:
        inner = escape(part.lines[0])
        if part.kind in ("ul", "ol"):
            rows.append(_list(part.kind, part.lines, ' class="c-list"'))
        elif part.kind == "table":
            rows.append(f'<div class="c-table">{_table(part.lines)}</div>')
        elif part.kind in ("h2", "update"):
            rows.append(f'<h2 class="c-heading">{inner}</h2>')
        elif part.kind == "quote":
            rows.append(f'<blockquote class="c-quote"><div class="c-stack">{p(inner)}</div></blockquote>')
        else:
            rows.append(p(f"<b>{inner}</b>" if part.kind == "question" else inner))
    other = rng.choice(others)
    advert = '<div class="arcad-feature {}"><div class="arcad-container">ADVERTISEMENT</div></div>'
    _insert(
        rows,
        rng,
        *((0.8, advert.format(style())) for _ in range(3)),
        (0.5, p(f'<a href="/{other.number}">Related: {escape(other.title)}</a>', " interstitial-link")),
        (
            0.4,
            f'<figure class="c-media-item {style()}"><img src="/{article.number}.jpg"><figcaption class="c-media-item__fig-caption"><span>{sentence()}</span> <span>({article.author})</span></figcaption></figure>',
        ),
        (
            0.15,
            f'<div class="b-promo {style()}"><h4>{escape(other.title)}</h4><p>{escape(other.summary)}</p></div>',
        ),
        (
            0.1,
            f'<div class="c-gallery {style()}">{"".join(f"<figure><img src=/{n}.jpg><figcaption>{sentence()}</figcaption></figure>" for n in range(4))}</div>',
        ),
        (0.05, p(f"<i>An earlier version of this article was wrong. {sentence()}</i>")),
    )
    rows.append(p(f"<i>{article.author} is a reporter of this paper. Write to the desk.</i>"))
    return _page(
        article,
        "Fusion Tribune",
        f'<div id="fusion-app" class="b-right-rail"><nav class="b-header {style()}"><a href="/">Home</a></nav><section class="b-right-rail__main">'
        f'<h1 class="b-headline">{escape(article.title)}</h1><h2 class="b-subheadline">{escape(article.summary)}</h2><div class="b-byline">By {article.author}</div>'
        f'<article class="b-article-body">{"".join(rows)}</article><div class="b-results-list {style()}">{_links(others, "div")}</div></section>'
        f'<aside class="b-right-rail__rail {style()}">{_links(others, "p")}</aside></div>'
        f'<script>window.Fusion=window.Fusion||{{}};Fusion.globalContent={{"_id":"{article.number}"}};</script>',
        more=', "isAccessibleForFree": true',
    )


def sections(article: Written, others: Sequence[Written], rng: Random) -> str:
    """Write a page of sections whose paragraphs are named by what stands before them."""
    sentence = sentence_writer(article.lang, rng)
    rows, before = [], "h3"
    names = {"h2": "h4", "update": "h4", "quote": "blockquote", "question": "p", "p": "p"}
    for number, part in enumerate(article.parts):
        tag = names.get(part.kind, part.kind)
        words = f' class="graf graf--{tag} graf-after--{before}{" graf--trailing" if number == len(article.parts) - 1 else ""}" name="{rng.randrange(16**4):04x}"'
        inner = escape(part.lines[0])
        if tag in ("ul", "ol"):
            rows.append(
                f'<{tag} class="postList">{"".join(f"<li{words}>{escape(line)}</li>" for line in part.lines)}</{tag}>'
            )
        elif tag == "table":
            rows.append(f"<pre{words}>{escape(part.lines[0])}</pre>")
        else:
            rows.append(
                f"<{tag}{words}>{f'<strong class=markup--strong>{inner}</strong>' if part.kind == 'question' else inner}</{tag}>"
            )
        before = tag
    other = rng.choice(others)
    _insert(
        rows,
        rng,
        (
            0.5,
            f'<figure class="graf graf--figure graf-after--p"><img class="graf-image" src="/{article.number}"><figcaption class="imageCaption">{sentence()}</figcaption></figure>',
        ),
        (0.3, f'<blockquote class="graf graf--pullquote graf-after--p">{sentence()}</blockquote>'),
        (
            0.3,
            f'<div class="graf graf--mixtapeEmbed graf-after--p"><a href="/{other.number}"><strong>{escape(other.title)}</strong><br><em>{escape(other.summary)}</em></a></div>',
        ),
        (
            0.2,
            '<p class="graf graf--p graf-after--figure">If you like this story, tap the button and tell a friend about it.</p>',
        ),
    )
    cut = rng.randint(1, len(rows))
    parts = [part for part in (rows[:cut], rows[cut:]) if part]
    bodies = "".join(
        f'<section class="section section--body"><div class="section-divider"><hr></div><div class="section-content"><div class="section-inner sectionLayout--insetColumn">{"".join(part)}</div></div></section>'
        for part in parts
    )
    claps = f"<div class='postActions'><button>{rng.randrange(900)} claps</button><p>Written by {article.author}, who tells of towns and rivers for a living.</p></div>"
    cards = "".join(
        f"<div class='streamItem'><a href='/{one.number}'><h3>{escape(one.title)}</h3><p>{escape(one.summary)}</p></a></div>"
        for one in others[:3]
    )
    return _page(
        article,
        "Paragraphs",
        f'<div class="surface"><article class="postArticle postArticle--full"><header><h1 class="graf graf--title">{escape(article.title)}</h1><div class="postMetaInline">{article.author} · {rng.randint(2, 9)} min read</div></header>'
        f'<div class="postArticle-content">{bodies}</div></article>{claps}<div class="supplementalPostContent"><h4>More from the river</h4>{cards}</div></div>',
        kind="BlogPosting",
    )


def shimbun(article: Written, others: Sequence[Written], rng: Random) -> str:
    """Write a page of Japanese news: one element of lines with breaks, notes in brackets."""
    sentence = sentence_writer("ja", rng)
    rows = []
    for part in article.parts:
        mark = {"h2": "■", "update": "◇", "question": "――", "quote": "　"}.get(part.kind, "　")
        rows.extend(f"{mark}{escape(line)}" for line in part.lines)
    photo = f'<div class="photo"><img src="/{article.number}.jpg"><p class="caption">{sentence()}＝{article.author}撮影</p></div>'
    _insert(
        rows,
        rng,
        (0.4, f'【関連記事】<a href="/{others[0].number}">{escape(others[0].title)}</a>'),
        (0.3, photo),
        (0.5, '<div class="ad-rect">広告</div>'),
        (0.1, f"【訂正】{sentence()}"),
    )
    body = "<br><br>".join(rows)
    if rng.random() < 0.08:  # the rest is for members
        body = f"{'<br><br>'.join(rows[:2])}<div class='paywall'><p>この記事は有料会員限定です。残り{rng.randint(300, 900)}文字</p><a href='/join'>会員登録</a></div>"
    rank = "".join(
        f'<li class="rank{n}"><a href="/{one.number}">{escape(one.title)}</a></li>'
        for n, one in enumerate(others)
    )
    return _page(
        article,
        "川辺新聞",
        f'<div id="wrap"><ul id="gnav"><li><a href="/">トップ</a></li><li><a href="/sp">スポーツ</a></li></ul><div id="main"><h1>{escape(article.title)}</h1>'
        f'<p class="date">2026年3月{article.number % 28 + 1}日 {rng.randint(6, 22)}時00分</p><div class="article-body" id="a{article.number}">{body}</div>'
        f'<p class="copy">無断転載を禁じます</p></div><div id="side"><h2>ランキング</h2><ol>{rank}</ol></div></div>',
    )


IDIOMS: dict[str, Idiom] = {
    one.__name__: one for one in (gutenberg, ghost, drupal, fusion, sections, shimbun)
}


def write_idiom_site(idiom: str, count: int, seed: int = 11, first: int = 0) -> list[tuple[Written, str]]:
    """Write the articles of a site in an idiom, each with its page; they are numbered from `first` on."""
    rng = Random(f"{idiom} {seed}")
    lang = "ja" if idiom == "shimbun" else "en"
    articles = [write_article(first + number, lang, rng) for number in range(count)]
    return [
        (
            one,
            IDIOMS[idiom](
                one,
                [articles[(at * 7 + 3 + step) % count] for step in range(5)],
                Random(f"{idiom} {seed} {one.number}"),
            ),
        )
        for at, one in enumerate(articles)
    ]
