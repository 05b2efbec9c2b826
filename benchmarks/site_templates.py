"""Layouts and settings of the sites that `sites.py` builds: the standing lines that real themes print."""

_HEAD = """<!doctype html><html lang="en"><head><title>{{ .Title }} | {{ site.Title }}</title>
<meta name="description" content="{{ .Summary }}">{{ template "_internal/opengraph.html" . }}</head><body>
<header><nav><a href="/">Home</a><a href="/posts/">Posts</a></nav></header>"""
_OTHERS = (
    """{{ range first 3 .Site.RegularPages }}<li><a href="{{ .Permalink }}">{{ .Title }}</a></li>{{ end }}"""
)
_DATE = """{{ .Date.Format "January 2, 2006" }}"""

HUGO = {
    # a theme for news: everything in one article element
    "herald": f"""{_HEAD}<main><article><h1>{{{{ .Title }}}}</h1>
<p class="meta">By {{{{ .Params.author }}}} · {_DATE} · {{{{ .ReadingTime }}}} min read</p>{{{{ .Content }}}}
<p><em>This story was produced by the Herald newsroom.</em></p>
<div class="author-box"><p>The Herald is written by eleven people above a bakery in Kelderby.</p></div>
<h3>Related posts</h3><ul>{_OTHERS}</ul>
<div class="share">Share this: <a href="#">Facebook</a> <a href="#">Mail</a></div></article></main>
<footer><p>© 2026 Hugo Herald. All rights reserved.</p></footer></body></html>""",
    # the markup of a block theme of WordPress with its usual plugins
    "blocktheme": f"""{_HEAD}<div class="wp-site-blocks"><main class="wp-block-group">
<h1 class="wp-block-post-title">{{{{ .Title }}}}</h1><div class="wp-block-post-date"><time>{_DATE}</time></div>
<div class="entry-content wp-block-post-content">
<p>{{{{ .ReadingTime }}}} minutes, 12 seconds Read</p>{{{{ .Content }}}}
<p>(With inputs from agencies)</p>
<p class="has-background">Our Sunday letter brings the week to your kitchen table. <a href="/letter/">Sign up</a></p>
<p><strong>Similar Posts</strong></p><ul>{_OTHERS}</ul>
<p>The post <a href="{{{{ .Permalink }}}}">{{{{ .Title }}}}</a> appeared first on <a href="/">{{{{ site.Title }}}}</a>.</p>
</div></main><footer class="wp-block-template-part"><p>Proudly powered by people</p></footer></div></body></html>""",
    # a plain blog: no article element, classes that say nothing
    "plain": f"""{_HEAD}<div id="c"><div class="a1"><h2>{{{{ .Title }}}}</h2>
<span class="b2">{_DATE} / {{{{ .Params.author }}}} / {{{{ .ReadingTime }}}} minutes</span>
<div class="d4">{{{{ .Content }}}}<p>Until next time, and mind the puddles.</p>
<p>Questions? <a href="/post/">Write to us</a> and we will answer in print.</p></div>
<div class="e5"><p>You may also like</p><ul>{_OTHERS}</ul></div></div></div></body></html>""",
}
SHORTCODES = {
    "call": (
        '<p class="cta-box">Enjoying this story? <a href="/support/">Support the Herald</a> '
        "and keep local news alive.</p>"
    ),
    "also": '<p>Also read: <a href="/posts/{{ .Get 0 }}/">{{ .Get 1 }}</a></p>',
}
HUGO_CONFIG = """baseURL = "ROOT/"
title = "Hugo Herald"
languageCode = "en"
[markup.goldmark.renderer]
unsafe = true
"""
JEKYLL = {
    "story": """<!doctype html><html lang="en"><head><title>{{ page.title }} &ndash; Jekyll Journal</title></head><body>
<main><article class="post"><h1>{{ page.title }}</h1>
<p class="info">{{ page.author }} | {{ page.date | date: "%d %B %Y" }} | {{ content | number_of_words | divided_by: 200 | plus: 1 }} min</p>
<p class="kicker">From the regional desk of the Journal</p><div class="entry">{{ content }}
<p>That is all from the valley for today, dear readers.</p></div><h4>More from the valley</h4>
<ul>{% for post in site.posts limit:4 %}<li><a href="{{ post.url }}">{{ post.title }}</a></li>{% endfor %}</ul>
</article></main></body></html>""",
}
JEKYLL_CONFIG = """title: Jekyll Journal
url: ROOT
theme: minima
future: true
plugins: [jekyll-feed, jekyll-seo-tag]
feed:
  posts_limit: 60
"""
PELICAN_CONFIG = """SITENAME = "Pelican Post"
SITEURL = "ROOT"
PATH = "content"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
THEME = "THEME_NAME"
FEED_ALL_ATOM = "feeds/all.atom.xml"
FEED_MAX_ITEMS = 60
"""
