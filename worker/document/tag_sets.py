"""Names the elements of HTML by how a browser lays them out (HTML Living Standard, section 15)."""

BLOCK_TAGS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"),
        *("dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1"),
        *("h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main"),
        *("menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot"),
        *("th", "thead", "tr", "ul"),
    ]
)
SKIPPED_TAGS = frozenset(
    [
        *("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed"),
        *("audio", "video", "canvas", "select", "option", "datalist", "textarea", "input", "head"),
        *("map", "area"),
    ]
)
"""Elements whose content is no text of the page as shown."""
HEADING_TAGS = ("h1", "h2", "h3", "h4", "h5", "h6")
MOST_NAME_CHARS = 400
"""Characters of an element's class, id or label that are searched for names: bounds the cost."""
NEAR_LEVELS = 6
"""Elements outward whose names and siblings belong to an element; further out they are the page's."""
MOST_CHECKED = 300
"""Elements of one kind that a rule checks on a page, or in one element: bounds the cost."""
