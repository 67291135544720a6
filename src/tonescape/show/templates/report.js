"use strict";
(() => {
  // The list of songs: a press on a heading sorts by it, another turns the order round.
  const list = document.querySelector(".index");
  const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  function sort(heading) {
    const column = heading.cellIndex, body = list.tBodies[0];
    const down = heading.getAttribute("aria-sort") === "ascending";
    const number = heading.matches(".number, .no");
    const key = (row) => {
      const text = row.cells[column].textContent.trim();
      return number ? Number.parseFloat(text) : text;
    };
    const unknown = (value) => value === "" || Number.isNaN(value);
    const compare = (a, b) => (number ? a - b : words.compare(a, b)) * (down ? -1 : 1);
    const rows = [...body.rows].map((row) => [key(row), row]);
    rows.sort(([a], [b]) => (unknown(a) || unknown(b) ? unknown(a) - unknown(b) : compare(a, b)));
    body.append(...rows.map(([, row]) => row));
    for (const other of heading.parentNode.cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  }
  for (const heading of list?.tHead.rows[0].cells ?? []) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(heading));
    heading.append(button);
  }
  list?.tHead.rows[0].cells[0].setAttribute("aria-sort", "ascending");

  // Players: one at a time. A file that is gone is said to be.
  document.addEventListener("play", (event) => {
    for (const other of document.querySelectorAll("audio")) if (other !== event.target) other.pause();
  }, true);
  document.addEventListener("error", (event) => {
    if (event.target.tagName !== "AUDIO") return;
    const note = document.createElement("p");
    note.className = "unplayed";
    note.setAttribute("role", "status");
    note.textContent = "The song's file is not where it was, or this browser cannot play it.";
    event.target.replaceWith(note);
  }, true);

  // A picture by itself, as large as the window. Without this script the links lead to the files.
  const links = [...document.querySelectorAll(".picture a")];
  const box = document.createElement("dialog"), image = new Image(), bar = document.createElement("p");
  const caption = document.createElement("span");
  let at = 0;
  box.className = "lightbox";
  box.setAttribute("aria-label", "Picture");
  caption.setAttribute("role", "status");
  const button = (text, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", (event) => { event.stopPropagation(); act(); });
    return made;
  };
  const steps = links.length > 1
    ? [button("\u2190", "Picture before", () => show(at - 1)), button("\u2192", "Next picture", () => show(at + 1))] : [];
  bar.append(...steps, caption, button("Close", "Close", () => box.close()));
  box.append(image, bar);
  document.body.append(box);

  function show(index) {
    at = (index + links.length) % links.length;
    const small = links[at].querySelector("img"), full = new Image(), shown = at;
    image.src = small.src;
    image.alt = small.alt;
    const title = links[at].closest("article, header").querySelector("h1, h2").textContent.trim();
    caption.textContent = links.length > 1 ? `${title} (${at + 1} of ${links.length})` : title;
    full.addEventListener("load", () => { if (at === shown) image.src = full.src; });
    full.src = links[at].href; // where the file is gone, the reduced picture stays
  }
  links.forEach((link, index) => {
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      show(index);
      box.showModal();
    });
  });
  box.addEventListener("click", () => box.close());
  box.addEventListener("close", () => links[at].focus({ preventScroll: false }));
  box.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(at + step);
  });
})();
