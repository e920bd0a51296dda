// Comfort only: the page says everything without it.
(() => {
  const d = document, b = d.body.dataset, all = (s) => d.querySelectorAll(s);
  // Times in the reader's own zone, beside the page's, where the clocks differ.
  const own = new Intl.DateTimeFormat(d.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  for (const t of all("time[data-clock]")) {
    const at = new Date(t.dateTime), clock = own.format(at);
    if (!t.dataset.clock.startsWith(clock)) t.title = b.local.replace("#", at.toLocaleString(d.documentElement.lang));
    if (!t.dataset.clock.startsWith(clock) && "own" in t.dataset) t.after(" (" + b.local.replace("#", clock) + ")");
  }
  // What turns true or stops being true as time passes: promises overdue, windows that open and close.
  const turn = () => {
    const now = Date.now();
    for (const e of all("[data-from],[data-to]")) {
      const from = Date.parse(e.dataset.from) || 0, to = Date.parse(e.dataset.to) || Infinity;
      e.hidden = now < from || now >= to;
    }
  };
  turn();
  setInterval(turn, 2e4);
  // While something is open: is there news?
  const seen = b.seen && JSON.parse(b.seen), news = d.getElementById("news");
  const look = () => fetch(b.root + "now.json", { cache: "no-store" }).then((r) => r.json()).then((now) => {
    const ids = b.id ? [b.id] : [...new Set(Object.keys(seen).concat(Object.keys(now.open)))];
    const changed = ids.filter((i) => seen[i] !== now.open[i]);
    if (!changed.length) return;
    const n = now.open[b.id];
    news.firstElementChild.textContent = n > seen[b.id] ? news.dataset.n.replace("#", n) : news.dataset.any;
    news.lastElementChild.search = now.moment; // no copy that a host or the browser kept
    news.hidden = false;
  }).catch(() => {});
  if (seen && news && location.protocol !== "file:") setInterval(look, 6e4);
})();
