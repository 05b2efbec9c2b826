"""Draws news sites at random, from a seed: each has a markup of its own, and inserts that come and go by article.

A site's markup is drawn once (containers, class names, where headline and byline stand, what an insert looks like);
each article then draws which inserts it has, and a few are of another kind. So pages of one site differ as those of
a real one do, and no two sites are alike.
"""

from html import escape
from random import Random

from site_drawing import (
    ABOUT,
    AD,
    FIXED,
    INSERTS,
    LETTER,
    MORE,
    MOST,
    PAID,
    RELATED,
    SHARE,
    TALK,
    TOPICS,
    draw_site,
)
from site_prose import PLACES, Part, Written, sentence_writer, write_article


class PageWriter:
    """Writes the pages of one site."""

    def __init__(self, seed: int) -> None:
        self.site = site = draw_site(seed)
        rng = site.rng
        self.depth = rng.randint(0, 4)
        self.outer = [rng.choice(("div", "section", "div", "main", "article")) for _ in range(self.depth)]
        self.container = rng.choice(("article", "div", "section", "main", "div"))
        self.paragraph = rng.choices(
            ("p", "p_class", "div_p", "div", "br", "section_p", "span_p"), (8, 4, 2, 1, 1, 2, 1)
        )[0]
        self.order = rng.sample(["title", "byline", "standfirst", "lead", "share"], 5)
        self.order.remove("title")
        self.order.insert(rng.randint(0, 1), "title")
        self.head_inside = rng.random() < 0.5
        self.below = rng.sample(
            ["tags", "about", "related", "teasers", "signoff", "share", "talk", "letter", "correction"],
            rng.randint(2, 6),
        )
        self.below_inside = rng.random() < 0.4
        self.aside = rng.choice(("none", "after", "before"))
        self.h = rng.choice(("h2", "h3", "h2", "strong"))
        self.signoff = rng.choice(
            (
                "Letters to the desk are welcome at the usual address.",
                "This story was produced by the newsroom of the paper.",
                "Until next time, and mind the puddles.",
            )
        )
        self.tags = {
            name: rng.choice(("div", "aside", "div", "section", "p")) for name in (*INSERTS, *self.below)
        }
        self.ld = rng.choice(("none", "plain", "body", "none"))
        self.odd_kinds = rng.random() < 0.6

    def write(self, article: Written, others: list[Written]) -> str:
        page = Random(f"{self.site.seed}-{article.number}")
        at = self.site.attribute
        body = self._body(article, others, page)
        head = "".join(self._head(name, article, page) for name in self.order)
        below = "".join(self._below(name, article, others, page) for name in self.below)
        inside = f"{head if self.head_inside else ''}<div{at('body', page)}>{body}</div>{below if self.below_inside else ''}"
        main = f"{'' if self.head_inside else head}<{self.container}{at('story', page)}>{inside}</{self.container}>{'' if self.below_inside else below}"
        for number, tag in enumerate(self.outer):
            main = f"<{tag}{at(f'outer{number}')}>{main}</{tag}>"
        side = f"<div{at('side')}><h3>{self.site.say(MOST)}</h3>{self._links(others[::-1], 'p')}</div>"
        main = side + main if self.aside == "before" else main + side if self.aside == "after" else main
        return self._frame(article, main)

    def _frame(self, article: Written, main: str) -> str:
        data = {"@type": "LiveBlogPosting" if article.kind == "live" else "NewsArticle"}
        said = ""
        if self.ld != "none" or article.kind == "live":
            text = f', "articleBody": "{_quote(article.gold)}"' if self.ld == "body" else ""
            said = f'<script type="application/ld+json">{{"@type": "{data["@type"]}", "headline": "{_quote(article.title)}"{text}}}</script>'
        nav = "".join(f'<li><a href="/s/{n}">{name}</a></li>' for n, name in enumerate(PLACES))
        return (
            f'<!doctype html><html lang="{article.lang}"><head><title>{escape(article.title)} | Site {self.site.seed}</title>'
            f'<meta name="description" content="{escape(article.summary)}"><meta property="og:title" content="{escape(article.title)}">'
            f'{said}</head><body class="page-{article.number}"><header{self.site.attribute("top")}><ul>{nav}</ul></header>{main}'
            f"<footer><p>© 2026 Site {self.site.seed}. All rights reserved.</p></footer></body></html>"
        )

    def _head(self, name: str, article: Written, page: Random) -> str:
        at = self.site.attribute
        return {
            "title": f"<h1{at('title')}>{escape(article.title)}</h1>",
            "byline": f"<div{at('by')}><span>{article.author}</span> <time>2026-03-{article.number % 28 + 1:02d}</time></div>",
            "standfirst": f"<p{at('dek')}>{escape(article.summary)}</p>",
            "lead": f'<figure{at("lead")}><img src="/{article.number}.jpg"><figcaption>{page.choice(PLACES)} at noon. Photo: {article.author}</figcaption></figure>',
            "share": f"<ul{at('share')}><li><a href='#'>{self.site.say(SHARE)}</a></li><li><a href='#'>Mail</a></li></ul>",
        }[name]

    def _body(self, article: Written, others: list[Written], page: Random) -> str:
        rows = [self._part(part, page) for part in article.parts]
        if self.paragraph == "br":
            rows = ["<br><br>".join(rows)] if all(part.kind == "p" for part in article.parts) else rows
        for name, odds in self.site.inserts.items():
            for _ in range(page.choice((1, 1, 1, 2, 3)) if name == "ad" else 1):
                if page.random() < odds:
                    rows.insert(page.randint(1, len(rows)), self._insert(name, article, others, page))
        return "\n".join(rows)

    def _part(self, part: Part, page: Random) -> str:
        at, lines = self.site.attribute, [escape(line) for line in part.lines]
        if part.kind == "p":
            return {
                "p": f"<p>{lines[0]}</p>",
                "p_class": f"<p{at('par', page)}>{lines[0]}</p>",
                "div_p": f"<div{at('row', page)}><p>{lines[0]}</p></div>",
                "div": f"<div{at('par', page)}>{lines[0]}</div>",
                "br": lines[0],
                "section_p": f"<section{at('sec', page)}><div><p>{lines[0]}</p></div></section>",
                "span_p": f"<p{at('par')}><span{at('txt')}>{lines[0]}</span></p>",
            }[self.paragraph]
        if part.kind in ("h2", "update", "question"):
            return (
                f"<p><strong>{lines[0]}</strong></p>"
                if self.h == "strong" or part.kind == "question"
                else f"<{self.h}>{lines[0]}</{self.h}>"
            )
        if part.kind == "quote":
            return f"<blockquote{at('quote')}><p>{lines[0]}</p></blockquote>"
        if part.kind == "table":
            rows = "".join(
                f"<tr><td>{one.partition('|')[0]}</td><td>{one.partition('|')[2]}</td></tr>" for one in lines
            )
            return f"<table{at('table')}>{rows}</table>"
        return f"<{part.kind}{at('list')}>{''.join(f'<li>{line}</li>' for line in lines)}</{part.kind}>"

    def _insert(self, name: str, article: Written, others: list[Written], page: Random) -> str:
        site, tag = self.site, self.tags[name]
        other = page.choice(others)
        link = f'<a href="/{other.number}">{escape(other.title)}</a>'
        sentence = sentence_writer(site.lang, page)
        inner = {
            "ad": site.say(AD),
            "more": f"{site.say(MORE)}: {link}",
            "more_box": f"<span>{site.say(RELATED)}</span>{self._links(others[:2], 'div')}",
            "letter": f"<b>{site.say(LETTER)}</b> <span>{site.say(MORE)} {site.say(TOPICS)}</span>",
            "pull": page.choice([line for part in article.parts if part.kind == "p" for line in part.lines])[
                :90
            ],
            "figure": f'<img src="/f{article.number}.jpg"><span{site.attribute("cap")}>{sentence()}</span>',
            "video": f"<video src='/v.mp4'></video><span>{sentence()}</span>",
            "tweet": f"<blockquote><p>{sentence()}</p>— {article.author} (@desk)</blockquote>",
            "paid": f"<em>{site.say(PAID)}</em> <span>{sentence()}</span> <a href='/ad'>{site.say(MORE)}</a>",
            "fact": f"<h4>{page.choice(PLACES)}</h4><span>{sentence()} {sentence()}</span>",
            "poll": f"<b>{sentence()}</b><ul><li>A</li><li>B</li></ul>",
            "teaser": f"<h4>{link}</h4><span>{escape(other.summary)}</span>",
            "donate": "We have no owners and no paywall. Readers like you keep this paper going. <a href='/give'>Give today</a>",
            "embed": f"<iframe src='/e/{page.randrange(99)}'></iframe>",
            "map": f"<img src='/map.png'><small>{page.choice(PLACES)}</small>",
        }[name]
        return f"<{tag}{site.attribute(name, page)}>{inner}</{tag}>"

    def _below(self, name: str, article: Written, others: list[Written], page: Random) -> str:
        site, at = self.site, self.site.attribute
        cards = "".join(
            f"<div{at('card')}><h4><a href='/{one.number}'>{escape(one.title)}</a></h4><p>{escape(one.summary)}</p></div>"
            for one in others[:3]
        )
        talk = "".join(
            f"<div{at('says')}><b>reader{page.randrange(99)}</b><p>{sentence_writer(site.lang, page)()}</p></div>"
            for _ in range(page.randrange(5))
        )
        return {
            "tags": f"<ul{at('tags')}><li>{site.say(TOPICS)}</li><li><a href='/t'>{page.choice(PLACES)}</a></li></ul>",
            "about": f"<div{at('about')}><b>{site.say(ABOUT)}</b><p>{article.author} writes about towns and rivers, and has done so for {len(article.author)} years.</p></div>",
            "related": f"<div{at('rel')}><h3>{site.say(RELATED)}</h3><ul>{self._links(others[:4], 'li')}</ul></div>",
            "teasers": f"<section{at('more')}>{cards}</section>",
            "signoff": f"<p{at('sign')}>{self.signoff}</p>",
            "share": f"<div{at('tools')}>{site.say(SHARE)} <a href='#'>Mail</a> <a href='#'>Print</a></div>",
            "talk": f"<div{at('talk')}><h3>{site.say(TALK)}</h3>{talk}</div>",
            "letter": f"<div{at('cta')}><h3>{site.say(LETTER)}</h3><p>The week in five minutes, every Friday, in your inbox.</p></div>",
            "correction": f"<p{at('fix')}><i>{site.say(FIXED)}: {sentence_writer(site.lang, page)()}</i></p>"
            if page.random() < 0.1
            else "",
        }[name]

    def _links(self, others: list[Written], tag: str) -> str:
        return "".join(f'<{tag}><a href="/{one.number}">{escape(one.title)}</a></{tag}>' for one in others)


def _quote(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("<", "\\u003c")


def write_grammar_site(seed: int, count: int) -> list[tuple[Written, str]]:
    """Write the articles of a drawn site, each with its page."""
    writer = PageWriter(seed)
    rng = Random(f"articles {seed}")
    articles = [
        write_article(number, writer.site.lang, rng, None if writer.odd_kinds else "news")
        for number in range(count)
    ]
    return [
        (one, writer.write(one, [articles[(at * 7 + 3 + step) % count] for step in range(4)]))
        for at, one in enumerate(articles)
    ]
