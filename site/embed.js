// Shows the current incident in links like <a href="https://status.example.com/" data-status="now.json">Status</a>.
for (const a of document.querySelectorAll("a[data-status]")) {
  const page = a.href, now = new URL(a.dataset.status, page);
  a.removeAttribute("data-status");
  fetch(now, { cache: "no-cache", credentials: "omit", referrerPolicy: "no-referrer" })
    .then((answer) => answer.json())
    .then(({ incidents: [first, ...others] }) => {
      if (!first) return;
      const title = first.title[a.hreflang] ?? Object.values(first.title)[0];
      a.append(`: ${title}${others.length ? ` (+${others.length})` : ""}`);
      a.href = new URL(`incidents/${encodeURIComponent(first.id)}.html`, page);
    })
    .catch(() => {}); // the link stays as it was
}
