// The articles page: what arrives is put on top. Everything that comes is text; nothing of it becomes markup.
"use strict";
(() => {
  const MOST = 200;
  const said = document.getElementById("live");
  const list = document.getElementById("articles");
  const pause = document.getElementById("pause");
  if (!said || !list || !pause || !window.EventSource) return;
  const query = new URLSearchParams(location.search);
  for (const [name, value] of [...query]) if (!value || name === "done") query.delete(name, value);
  query.set("after", said.dataset.after);
  let source = null;
  let count = 0;

  function element(name, text, kind) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  function show(event) {
    const article = JSON.parse(event.data);
    const item = element("li", "", "new");
    const link = element("a", article.title || article.url);
    link.href = "/articles/" + encodeURIComponent(article.id) + (list.dataset.choice || "");
    const head = element("h2");
    head.append(link);
    const about = element("p", "", "about");
    const time = element("time", "now");
    time.dateTime = new Date().toISOString();
    about.append(time, " ", element("span", article.source, "source"));
    if (event.type !== "created") about.append(" ", element("span", event.type + ", revision " + article.rev, "mark"));
    about.append(" ", element("span", article.word_count + " words"));
    for (const tag of article.tags || []) {
      const label = element("a", tag, "tag");
      label.href = "/?tag=" + encodeURIComponent(tag);
      about.append(" ", label);
    }
    const text = (article.standfirst || article.text || "").replace(/\s+/g, " ");
    if (text) item.append(element("p", text.length > 180 ? text.slice(0, 180) + " …" : text, "excerpt"));
    item.prepend(head);
    item.append(about);
    list.querySelector("li.quiet")?.remove();
    list.prepend(item);
    while (list.children.length > MOST) list.lastElementChild.remove();
    query.set("after", event.lastEventId);
    count += 1;
    said.textContent = count === 1 ? "1 new article" : count + " new articles";
  }

  // The ages of what stands there; the server writes them in the same way.
  function age() {
    for (const time of list.querySelectorAll("time")) {
      const seconds = Math.max(0, Math.round((Date.now() - Date.parse(time.dateTime)) / 1000));
      const [size, unit] = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]].find(([size]) => seconds >= size) || [1, "s"];
      time.textContent = Math.floor(seconds / size) + " " + unit + " ago";
    }
  }

  function open() {
    const opened = source = new EventSource("/v1/stream?" + query);
    source.onopen = () => { said.textContent = count ? said.textContent : "live"; said.classList.add("on"); };
    source.onerror = () => {
      said.classList.remove("on");
      if (!count) said.textContent = "waiting for the gateway";
      if (source.readyState === EventSource.CLOSED) setTimeout(() => source === opened && open(), 3000);  // a 503 ends it
    };
    for (const kind of ["created", "updated"]) source.addEventListener(kind, show);
  }

  pause.hidden = false;
  pause.addEventListener("click", () => {
    if (source) {
      source.close();
      source = null;
      pause.textContent = "Go on";
      said.textContent = "paused";
      said.classList.remove("on");
    } else {
      open();
      pause.textContent = "Pause";
    }
  });
  setInterval(age, 30000);
  addEventListener("pagehide", () => source && source.close());
  open();
})();
