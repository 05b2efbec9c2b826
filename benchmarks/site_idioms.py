"""Writes sites in the idioms of known publishing systems: what their editors put between paragraphs, and how it is marked.

Each idiom is a pure function: an article, others of its site, chance drawn from the article's number -> a page.
"""

from collections.abc import Callable, Sequence
from html import escape
from random import Random

from site_blog_idioms import drupal, ghost, gutenberg
from site_markup import insert_rows, write_links, write_list, write_page, write_table
from site_prose import Written, sentence_writer, write_article

Idiom = Callable[[Written, Sequence[Written], Random], str]


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
            rows.append(write_list(part.kind, part.lines, ' class="c-list"'))
        elif part.kind == "table":
            rows.append(f'<div class="c-table">{write_table(part.lines)}</div>')
        elif part.kind in ("h2", "update"):
            rows.append(f'<h2 class="c-heading">{inner}</h2>')
        elif part.kind == "quote":
            rows.append(f'<blockquote class="c-quote"><div class="c-stack">{p(inner)}</div></blockquote>')
        else:
            rows.append(p(f"<b>{inner}</b>" if part.kind == "question" else inner))
    other = rng.choice(others)
    advert = '<div class="arcad-feature {}"><div class="arcad-container">ADVERTISEMENT</div></div>'
    insert_rows(
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
    return write_page(
        article,
        "Fusion Tribune",
        f'<div id="fusion-app" class="b-right-rail"><nav class="b-header {style()}"><a href="/">Home</a></nav><section class="b-right-rail__main">'
        f'<h1 class="b-headline">{escape(article.title)}</h1><h2 class="b-subheadline">{escape(article.summary)}</h2><div class="b-byline">By {article.author}</div>'
        f'<article class="b-article-body">{"".join(rows)}</article><div class="b-results-list {style()}">{write_links(others, "div")}</div></section>'
        f'<aside class="b-right-rail__rail {style()}">{write_links(others, "p")}</aside></div>'
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
    insert_rows(
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
    return write_page(
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
    insert_rows(
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
    return write_page(
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
