"use strict";
(() => {
  const film = JSON.parse(document.getElementById("data").textContent);
  const root = document.documentElement;
  root.classList.add("js");
  const key = "tonescape-cues:" + film.title + ":" + film.scenes.length + ":" + location.pathname;
  const first = film.scenes.map((s) => s.chosen);
  const rows = film.scenes.map((s) => document.getElementById("scene-" + s.scene));
  const head = document.getElementById("head");
  const total = film.scenes.reduce((sum, s) => sum + s.seconds, 0) || 1;
  let at = -1;

  const same = (a, b) => a && b && a.file === b.file && a.title === b.title;
  const el = (tag, cls, text) => {
    const made = document.createElement(tag);
    if (cls) made.className = cls;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  // a scene whose music goes on from the one before follows its choice
  const span = (index) => {
    let last = index;
    while (last + 1 < film.scenes.length && film.scenes[last + 1].role === "continues") last += 1;
    return last;
  };
  const headOf = (index) => {
    while (index > 0 && film.scenes[index].role === "continues") index -= 1;
    return index;
  };

  function show(index) {
    const scene = film.scenes[index], row = rows[index], song = scene.chosen;
    const box = row.querySelector(".chosen");
    const badge = box.querySelector(".role");
    box.textContent = "";
    if (badge) box.append(badge);
    if (!song) {
      box.append(el("p", "title none", "No music"));
    } else {
      const title = el("p", "title");
      title.append(el("cite", "", song.title));
      if (song.artist) title.append(el("span", "by", song.artist));
      box.append(title);
      if (song.src) {
        const player = el("audio");
        player.controls = true;
        player.preload = "none";
        player.src = song.src;
        box.append(player);
      } else {
        box.append(el("p", "nofile", "no file to play"));
      }
      const moods = el("p", "moods");
      moods.innerHTML = song.moods; // made by the same template as the page, which escapes
      box.append(moods, el("p", "why", song.why));
    }
    mark(index);
    block(index);
  }

  function mark(index) {
    const scene = film.scenes[index];
    rows[index].querySelectorAll("[data-take]").forEach((button, i) =>
      button.setAttribute("aria-pressed", String(same(scene.options[i], scene.chosen))));
  }

  function block(index) {
    const scene = film.scenes[index], song = scene.chosen;
    if (scene.role === "continues" || !song) return;
    let music = document.getElementById("music-" + scene.scene);
    const ns = "http://www.w3.org/2000/svg";
    const scale = 1200 / total;
    const length = film.scenes.slice(index, span(index) + 1).reduce((sum, s) => sum + s.seconds, 0);
    const seconds = Math.min(length, song.seconds || length);
    const width = Math.max(2, seconds * scale - 1.5);
    if (!music) {
      music = document.createElementNS(ns, "a");
      music.id = "music-" + scene.scene;
      music.setAttribute("href", "#scene-" + scene.scene);
      music.setAttribute("class", "music song");
      const lane = document.querySelector(".lane");
      const rect = document.createElementNS(ns, "rect");
      rect.setAttribute("x", scene.start * scale);
      rect.setAttribute("y", lane.getAttribute("y"));
      rect.setAttribute("height", lane.getAttribute("height"));
      const text = document.createElementNS(ns, "text");
      text.setAttribute("x", scene.start * scale + 5);
      text.setAttribute("y", Number(lane.getAttribute("y")) + 27);
      music.append(document.createElementNS(ns, "title"), rect, text);
      head.before(music);
    }
    music.querySelector("rect").setAttribute("fill", song.tint);
    music.querySelector("rect").setAttribute("width", width);
    music.querySelector("text").textContent = song.title.slice(0, Math.max(0, Math.floor(width / 7.5) - 1));
    music.querySelector("title").textContent = song.title;
  }

  function take(index, song) {
    const from = headOf(index);
    const start = film.scenes[index].role === "continues" ? from : index;
    for (let i = start; i <= span(start); i += 1) {
      film.scenes[i].chosen = song;
      show(i);
    }
    keep();
  }

  function keep() {
    const chosen = film.scenes.map((s, i) => (same(s.chosen, first[i]) || !s.chosen ? null : s.chosen.file || s.chosen.title));
    try {
      if (chosen.some(Boolean)) localStorage.setItem(key, JSON.stringify(chosen));
      else localStorage.removeItem(key);
    } catch { /* a browser that keeps nothing; the page works without */ }
  }

  function recall() {
    let chosen = null;
    try { chosen = JSON.parse(localStorage.getItem(key)); } catch { /* nothing kept */ }
    if (!Array.isArray(chosen)) return;
    const songs = film.scenes.flatMap((s) => s.options);
    chosen.forEach((file, i) => {
      const song = file && songs.find((s) => (s.file || s.title) === file);
      if (song && film.scenes[i]) { film.scenes[i].chosen = song; show(i); }
    });
  }

  function go(index) {
    if (index < 0 || index >= rows.length) return;
    if (at >= 0) rows[at].classList.remove("now");
    at = index;
    rows[at].classList.add("now");
    rows[at].scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  // one song at a time, and a line on the film where it plays
  document.addEventListener("play", (event) => {
    document.querySelectorAll("audio").forEach((other) => { if (other !== event.target) other.pause(); });
    const row = event.target.closest(".cue");
    if (!row) return;
    at = rows.indexOf(row);
    rows.forEach((each) => each.classList.toggle("now", each === row));
  }, true);
  document.addEventListener("timeupdate", (event) => {
    const row = event.target.closest(".cue");
    if (!row) return;
    const scene = film.scenes[rows.indexOf(row)];
    const x = Math.min(1200, ((scene.start + Math.max(0, event.target.currentTime - (scene.chosen?.in || 0))) / total) * 1200);
    head.setAttribute("x1", x);
    head.setAttribute("x2", x);
    head.setAttribute("visibility", "visible");
  }, true);

  document.addEventListener("click", (event) => {
    const row = event.target.closest(".cue");
    if (row) {
      if (at >= 0) rows[at].classList.remove("now");
      at = rows.indexOf(row);
      row.classList.add("now");
    }
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.take !== undefined) {
      const index = rows.indexOf(button.closest(".cue"));
      take(index, film.scenes[index].options[Number(button.dataset.take)]);
      if (event.detail > 0) button.blur(); // a mouse has chosen: Space is for the player; with the keyboard focus stays
    } else if (button.dataset.save) {
      save(button.dataset.save);
    } else if ("reset" in button.dataset) {
      film.scenes.forEach((scene, i) => {
        if (same(scene.chosen, first[i]) || scene.chosen === first[i]) return;
        scene.chosen = first[i];
        show(i);
        if (!scene.chosen) document.getElementById("music-" + scene.scene)?.remove();
      });
      keep();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input")) return;
    if (event.key === "j") go(at + 1);
    else if (event.key === "k") go(Math.max(0, at - 1));
    else if (event.key === " " && at >= 0 && !event.target.closest?.("button, a")) {
      event.preventDefault();
      const player = rows[at].querySelector("audio");
      if (player) player.paused ? player.play() : player.pause();
    } else if (/^[1-9]$/.test(event.key) && at >= 0) {
      const song = film.scenes[at].options[Number(event.key) - 1];
      if (song) take(at, song);
    }
  });

  const clock = (s) => Math.floor(s / 60) + ":" + String(Math.floor(s % 60)).padStart(2, "0");
  const cell = (v) => {
    let text = String(v ?? "");
    if (/^[=+\-@]/.test(text)) text = "'" + text;
    return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  };

  function save(kind) {
    let text = "";
    if (kind === "csv") {
      text = "\ufeff" + [["scene", "start", "seconds", "heading", "title", "artist", "file"],
        ...film.scenes.map((s) => [s.scene, clock(s.start), s.seconds, s.heading, s.chosen?.title, s.chosen?.artist, s.chosen?.file])]
        .map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
    } else {
      const lines = film.scenes.filter((s) => s.chosen && s.role !== "continues").map((s) =>
        "#EXTINF:" + Math.round(s.chosen.seconds || -1) + "," + (s.chosen.artist ? s.chosen.artist + " - " : "") + s.chosen.title + "\n" + s.chosen.file);
      text = "#EXTM3U\n" + lines.join("\n") + "\n";
    }
    const link = el("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    link.download = (film.title || "film").replace(/[^\p{L}\p{N} _-]/gu, "").trim().slice(0, 60) + "-cues." + kind;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 5000);
  }

  film.scenes.forEach((_, i) => mark(i));
  recall();
})();
