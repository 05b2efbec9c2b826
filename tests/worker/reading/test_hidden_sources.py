"""What carries the text is found wherever it is: shadow roots, noscript, templates, structured data, state."""

# ruff: noqa: E501  fixtures read better a line each

import json

import pytest

from worker.document.html_parsing import parse_html
from worker.extraction.page_data.flight_rows import RenderedPage
from worker.extraction.page_data.script_values import read_script_values
from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage, RejectedPage

URL = "https://daily.example/2026/11/old-lock"
TEXT = [
    f"The keeper of lock {n} wrote into his book that the water had stood at mark {n} since the gates were mended, "
    "and that nobody but the heron had asked him about it."
    for n in range(6)
]
BODY = "".join(f"<p>{text}</p>" for text in TEXT)
TITLE = "Keeper of the lock keeps a book of water"
NAV = "<nav><a href=/>Daily</a> <a href=/sport>Sport</a> <a href=/town>Town</a></nav>"


def read(body: str, head: str = "", title: str = TITLE) -> CleanedArticle | RejectedPage:
    html = (
        f"<!doctype html><html lang='en'><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    )
    return read_page(FetchedPage(URL, html.encode(), "text/html; charset=utf-8"), None)


def text_of(body: str, head: str = "") -> list[str]:
    found = read(body, head)
    assert isinstance(found, CleanedArticle), found
    return found.text.split("\n\n")


@pytest.mark.parametrize(
    "body",
    [
        f"<x-page><template shadowrootmode=open><main><h1>{TITLE}</h1>{BODY}</main></template></x-page>",
        f"<x-page><template shadowrootmode=closed>{NAV}<article>{BODY}</article><style>p{{}}</style></template></x-page>",
        f"<x-page><template shadowroot=open><div class=shell>{NAV}<slot></slot></div></template><h1>{TITLE}</h1>{BODY}</x-page>",
        f"<x-page><template shadowrootmode=open>{NAV}<slot name=text>Loading</slot></template><div slot=text>{BODY}</div></x-page>",
        f"<x-page><template shadowrootmode=open><x-text><template shadowrootmode=open><slot></slot></template>{BODY}</x-text></template></x-page>",
        "<article>" + "".join(f"<x-par><template shadowrootmode=open><p><slot></slot></p></template>{text}</x-par>" for text in TEXT) + "</article>",
        f"<article><h1>{TITLE}</h1><iframe srcdoc=\"{BODY.replace('<', '&lt;')}\"></iframe></article>",
    ],
)  # fmt: skip
def test_a_shadow_root_shows_its_text_and_what_is_slotted_into_it(body: str) -> None:
    assert text_of(body) == TEXT


def test_what_no_slot_of_a_shadow_root_takes_is_not_shown() -> None:
    body = (
        f"<x-page><template shadowrootmode=open><article>{BODY}</article><slot name=more></slot></template>"
        "<p>Turn on scripts to see what the readers of this page have said about the lock.</p></x-page>"
    )
    assert text_of(body) == TEXT


def test_the_text_of_a_host_whose_shadow_root_says_next_to_nothing_stays() -> None:
    body = f"<x-page><template shadowrootmode=open><style>:host {{ color: red }}</style></template><article>{BODY}</article></x-page>"
    assert text_of(body) == TEXT


def script(text: str, attributes: str = "") -> str:
    return f"<script {attributes}>{text}</script>"


def js(value: object) -> str:
    return json.dumps(value).replace("</", "<\\/")


def state(value: object, name: str = "window.__STATE__ = ") -> str:
    return script(f"{name}{js(value)};")


HTML = "".join(f"<p>{text}</p>" for text in TEXT)
OTHER = "".join(f"<p>Another report, {n}: {text}</p>" for n, text in enumerate(TEXT * 3))
POST = {"title": TITLE, "body": HTML, "author": {"name": "Ann Poe"}}
RELATED = [{"title": f"Another report {n}", "url": f"/o/{n}", "body": OTHER} for n in range(3)]


def flight(*rows: str) -> str:
    payload = "".join(rows)
    half = len(payload) // 2
    return "".join(script(f"self.__next_f.push([1,{js(part)}])") for part in (payload[:half], payload[half:]))


def devalue(value: object) -> list[object]:
    """Write a value as a flat list in which numbers name places."""
    flat: list[object] = []

    def add(part: object) -> int:
        place = len(flat)
        flat.append(None)
        if isinstance(part, dict):
            flat[place] = {key: add(each) for key, each in part.items()}
        elif isinstance(part, list):
            flat[place] = [add(each) for each in part]
        else:
            flat[place] = part
        return place

    add(value)
    return flat


CARRIERS = {
    "noscript": f"<div class=post><h1>{TITLE}</h1><noscript>{BODY}</noscript></div>",
    "noscript around the page": f"<div id=root></div><noscript>{NAV}<main><h1>{TITLE}</h1>{BODY}</main></noscript>",
    "template": f"<h1>{TITLE}</h1><template id=text><article>{BODY}</article></template>",
    "script of markup": f"<div id=app></div><script type='text/template' id=a><article><h1>{TITLE}</h1>{BODY}</article></script>",
    "json-ld graph": script(js({"@graph": [{"@type": "WebPage"}, {"@type": "NewsArticle", "headline": TITLE, "articleBody": HTML}]}), "type=application/ld+json"),
    "json-ld plain": script(js({"@type": "Article", "headline": TITLE, "articleBody": "\n\n".join(TEXT)}), "type='application/ld+json'"),
    "next data": script(js({"props": {"pageProps": {"post": POST, "related": RELATED}}}), "id=__NEXT_DATA__ type=application/json"),
    "wordpress rest": state({"posts": [{"id": 4, "title": {"rendered": TITLE}, "link": URL, "content": {"rendered": HTML}}, *RELATED]}),
    "nuxt 3": script(js([["Reactive", 1], *[({k: v + 1 if isinstance(v, int) else v for k, v in p.items()} if isinstance(p, dict) else p) for p in devalue({"data": {"post": POST}})]]), "type=application/json id=__NUXT_DATA__"),
    "devalue": script(js(devalue({"data": {"post": POST, "more": RELATED}})), "type=application/json"),
    "nuxt 2": script(f"window.__NUXT__=(function(a,b){{return {{layout:a,data:[{{article:{{title:{js(TITLE)},body:{js(HTML)}}}}}],error:b}}}}('default',null));"),
    "apollo": state({"ROOT_QUERY": {"__typename": "Query", "post": {"__ref": "Post:1"}}, "Post:1": {"__typename": "Post", "title": TITLE, "content": {"__ref": "Body:1"}}, "Body:1": {"__typename": "Body", "paragraphs": [{"__ref": f"P:{n}"} for n in range(6)]}, **{f"P:{n}": {"__typename": "P", "text": text} for n, text in enumerate(TEXT)}}, "window.__APOLLO_STATE__="),
    "fusion": script(f"window.Fusion=window.Fusion||{{}};Fusion.globalContent={js({'headlines': {'basic': TITLE}, 'content_elements': [{'type': 'text', 'content': text} for text in TEXT] + [{'type': 'image', 'caption': 'A lock in the evening light, seen from the bridge.'}]})};Fusion.lastModified=1"),
    "remix": state({"state": {"loaderData": {"routes/post": {"article": {"headline": TITLE, "html": HTML}}}}}, "window.__remixContext = "),
    "turbo-stream": script(f"window.__reactRouterContext.streamController.enqueue({js(js([{'_1': 2}, 'post', {'_3': 4, '_5': 6}, 'title', TITLE, 'body', HTML]))});"),
    "json in a string": script(f"window.__DATA__ = JSON.parse({js(js({'page': POST}))})"),
    "json in an attribute": f"<div id=app data-page='{js({'component': 'Post', 'props': {'post': POST}}).replace(chr(39), '&#39;')}'></div>",
    "portable text": state({"post": {"title": TITLE, "body": [{"_type": "block", "style": "normal", "children": [{"_type": "span", "text": text[:40]}, {"_type": "span", "marks": ["em"], "text": text[40:]}]} for text in TEXT]}}),
    "prosemirror": state({"title": TITLE, "doc": {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in TEXT]}}),
    "contentful": state({"fields": {"title": TITLE, "body": {"nodeType": "document", "content": [{"nodeType": "paragraph", "content": [{"nodeType": "text", "value": text}]} for text in TEXT]}}}),
    "lexical": state({"title": TITLE, "content": {"root": {"type": "root", "children": [{"type": "paragraph", "children": [{"type": "text", "text": text}]} for text in TEXT]}}}),
    "editorjs": state({"title": TITLE, "content": js({"blocks": [{"type": "paragraph", "data": {"text": text}} for text in TEXT]})}),
    "draft": state({"title": TITLE, "content": {"blocks": [{"type": "unstyled", "text": text, "entityRanges": []} for text in TEXT], "entityMap": {}}}),
    "list of strings": state({"headline": TITLE, "paragraphs": TEXT, "tags": ["water", "lock", "keeper"]}),
    "flight elements": flight('0:["$","html",null,{"children":["$","body",null,{"children":"$L1"}]}]\n', f'1:["$","article",null,{{"children":[["$","h1",null,{{"children":{js(TITLE)}}}],{",".join(js(["$", "p", str(n), {"children": text}]) for n, text in enumerate(TEXT))}]}}]\n'),
    "flight text": flight(f"3:T{len(HTML.encode()):x},{HTML}", f'1:["$","main",null,{{"children":[["$","h1",null,{{"children":{js(TITLE)}}}],["$","div",null,{{"dangerouslySetInnerHTML":{{"__html":"$3"}}}}]]}}]\n'),
    "flight props": flight(f'1:["$","$L9",null,{js({"post": POST})}]\n'),
}  # fmt: skip


ONE_TEXT_OF_MANY = {
    "numbered": script(js([{"title": 1, "body": 2}, TITLE, [3] * 2000, HTML]), "type=application/json"),
    "named": state({"a": {"__typename": "A", "title": TITLE, "body": [{"__ref": "b"}] * 500}, "b": {"__typename": "B", "html": HTML}}),
    "rows": flight(f"1:T{len(HTML.encode()):x},{HTML}", f'2:["$","$L3",null,{js({"title": TITLE, "body": ["$1"] * 1000})}]\n'),
    "markup of rows": flight(f"1:T{len(HTML.encode()):x},{HTML}", *(f'{n:x}:["$","div",null,{{"dangerouslySetInnerHTML":{{"__html":"$1"}}}}]\n' for n in range(2, 400))),
}  # fmt: skip


def count_chars(value: object) -> int:
    if isinstance(value, RenderedPage):
        return len(value.html)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return len(value) if isinstance(value, str) else sum(map(count_chars, parts))


@pytest.mark.parametrize("kind", ONE_TEXT_OF_MANY)
def test_a_text_that_many_values_name_is_read_a_few_times_only(kind: str) -> None:
    source = ONE_TEXT_OF_MANY[kind]
    tree = parse_html(f"<html><body>{source}</body></html>")
    assert tree is not None
    given = sum(map(count_chars, read_script_values(tree.iter("script"), tree, 0)))
    assert len(HTML) <= given <= 10 * len(source)


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_text_that_the_page_carries_unseen_is_found(carrier: str) -> None:
    assert text_of(f"{NAV}<div id=root></div>{CARRIERS[carrier]}") == TEXT


@pytest.mark.parametrize("carrier", ["next data", "json-ld graph", "fusion", "flight text", "noscript"])
def test_the_page_as_shown_comes_first_where_it_has_most_of_the_text(carrier: str) -> None:
    shown = (
        "".join(f"<p>{text}</p>" for text in TEXT[:4])
        + "<p>What the page shows has this line of its own.</p>"
    )
    found = text_of(f"<article><h1>{TITLE}</h1>{shown}</article>{CARRIERS[carrier]}")
    assert found == [*TEXT[:4], "What the page shows has this line of its own."]


@pytest.mark.parametrize("carrier", ["next data", "nuxt 2", "portable text", "json-ld plain"])
def test_what_is_carried_completes_a_page_that_shows_the_beginning(carrier: str) -> None:
    assert text_of(f"<article><h1>{TITLE}</h1><p>{TEXT[0]}</p></article>{CARRIERS[carrier]}") == TEXT


SHOWN = f"<article><h1>{TITLE}</h1><p>{TEXT[0]}</p><p>{TEXT[1]}</p></article>"


@pytest.mark.parametrize(
    "carried",
    [
        # other posts, comments, the site's own texts, code
        state({"related": RELATED}),
        state({"post": {"title": TITLE, "more": RELATED}}),
        state({"items": RELATED, "page": {"title": TITLE}}),
        state({"post": {"title": TITLE, "comments": [{"author": "Bo", "text": text * 2} for text in TEXT]}}),
        state({"post": {"title": TITLE, "thread": [{"user": "Bo", "text": text * 2} for text in TEXT]}}),
        state({"title": TITLE, "translations": {f"k{n}": text * 3 for n, text in enumerate(TEXT)}}),
        state({"title": TITLE, "cookieBanner": {"html": OTHER}}),
        script(js({"@type": "NewsArticle", "headline": TITLE, "keywords": ", ".join(TEXT * 3)}), "type=application/ld+json"),
        script("function boot(){" + "if(a){b();}else{c=d;} " * 200 + "}"),
        # what the publisher holds back
        script(js({"@type": "NewsArticle", "headline": TITLE, "articleBody": HTML, "isAccessibleForFree": False}), "type=application/ld+json"),
        # notes that scripts are off, templates with places to fill
        "<noscript><p>This page works best with JavaScript. " + "Please turn it on in your browser and load the page again. " * 6 + "</p></noscript>",
        "<script type='text/template'>" + js([{"type": "p", "text": f"<p>{text * 3}</p>"} for text in TEXT]) + "</script>",
        f"<template id=card><article><h2>{{{{title}}}}</h2>{OTHER}</article></template>",
    ],
)  # fmt: skip
def test_what_is_not_the_articles_is_left_where_it_is(carried: str) -> None:
    assert text_of(SHOWN + carried) == TEXT[:2]


def test_a_page_without_an_article_does_not_become_another_post() -> None:
    found = read(f"<h1>{TITLE}</h1>{state({'related': RELATED})}")
    assert isinstance(found, RejectedPage)


UNHEADED = flight(f'1:["$","div",null,{{"children":[{",".join(js(["$", "p", str(n), {"children": text}]) for n, text in enumerate(TEXT))}]}}]\n')  # fmt: skip


def test_what_react_would_show_below_the_headline_needs_none_of_its_own() -> None:
    assert text_of(f"<main><h1>{TITLE}</h1><div id=root></div></main>{UNHEADED}") == TEXT


def test_a_page_without_a_headline_takes_nothing_that_has_none() -> None:
    assert isinstance(read(f"<main><div id=root></div></main>{UNHEADED}"), RejectedPage)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("市議会が港の整備計画を承認", "市議会は火曜日の夜、港の整備計画を三時間にわたる討論の末に承認し、傍聴席には九十人が集まった。"),
        ("항구 정비 계획 승인", "시의회는 화요일 저녁 세 시간에 걸친 토론 끝에 항구 정비 계획을 승인했고 시민 아흔 명이 지켜보았다."),
    ],
)  # fmt: skip
def test_a_headline_of_few_characters_before_the_sites_name_names_its_article(title: str, said: str) -> None:
    held = state({"headline": title, "body": "".join(f"<p>{n}{said}</p>" for n in range(4))})
    found = read(f"<div id=root></div>{held}", title=f"{title} | The Courier")
    assert isinstance(found, CleanedArticle), found
    assert found.text.count(said) == 4
