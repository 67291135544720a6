"use strict";
(() => {
  const { study, items } = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const key = "tonescape-study-" + study;
  const random = (below) => crypto.getRandomValues(new Uint32Array(1))[0] % below;
  let state = load() || fresh();
  let shown = 0;

  function fresh() {
    const order = items.map((_, i) => i);
    for (let i = order.length - 1; i > 0; i--) {
      const j = random(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    const rater = [...crypto.getRandomValues(new Uint8Array(8))].map((b) => b.toString(16).padStart(2, "0")).join("");
    return { rater, order, at: 0, answers: {} };
  }
  function load() {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      return kept && kept.order.length === items.length ? kept : null;
    } catch { return null; }
  }
  function keep() {
    try { localStorage.setItem(key, JSON.stringify(state)); } catch { /* private windows keep nothing; the page still works */ }
  }
  function show(id) {
    for (const page of ["start", "trial", "end"]) $(page).hidden = page !== id;
  }
  function step() {
    if (state.at >= items.length) { $("stimulus").replaceChildren(); show("end"); return; }
    show("trial");
    const item = items[state.order[state.at]];
    const element = document.createElement(item.kind === "song" ? "audio" : "img");
    element.src = item.data;
    if (item.kind === "song") { element.controls = true; element.autoplay = true; } else { element.alt = "The picture to judge"; }
    $("stimulus").replaceChildren(element);
    $("ask").textContent = item.kind === "song" ? "Where does this music lie?" : "Where does this picture lie?";
    $("done").value = state.at;
    $("place").textContent = `${state.at + 1} of ${items.length}`;
    $("back").disabled = state.at === 0;
    mark(state.answers[state.order[state.at]]);
    shown = performance.now();
  }
  function mark(answer) {
    $("mark").hidden = !answer;
    $("next").disabled = !answer;
    $("spoken").textContent = answer
      ? `Pleasantness ${Math.round(answer.valence * 100)}, liveliness ${Math.round(answer.arousal * 100)} of 100.` : "Nothing marked yet.";
    if (answer) { $("mark").style.left = answer.valence * 100 + "%"; $("mark").style.top = (1 - answer.arousal) * 100 + "%"; }
  }
  function place(valence, arousal) {
    const clip = (x) => Math.round(Math.min(1, Math.max(0, x)) * 1000) / 1000;
    const at = state.order[state.at];
    const before = state.answers[at] ? state.answers[at].seconds : 0;
    state.answers[at] = { valence: clip(valence), arousal: clip(arousal), seconds: before + Math.round(performance.now() - shown) / 1000 };
    shown = performance.now();
    keep();
    mark(state.answers[at]);
  }
  function point(event) {
    const box = $("plane").getBoundingClientRect();
    place((event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height);
  }
  $("plane").addEventListener("pointerdown", (event) => { $("plane").setPointerCapture(event.pointerId); point(event); });
  $("plane").addEventListener("pointermove", (event) => { if (event.buttons) point(event); });
  $("plane").addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (move) {
      event.preventDefault();
      const now = state.answers[state.order[state.at]] || { valence: 0.5, arousal: 0.5 };
      place(now.valence + move[0] * 0.05, now.arousal + move[1] * 0.05);
    } else if (event.key === "Enter" && !$("next").disabled) { $("next").click(); }
  });
  $("begin").addEventListener("click", step);
  $("next").addEventListener("click", () => { state.at++; keep(); step(); });
  $("back").addEventListener("click", () => { state.at--; keep(); step(); });
  $("again").addEventListener("click", () => { state = fresh(); keep(); show("start"); });
  $("save").addEventListener("click", () => {
    const answers = Object.entries(state.answers).map(([i, a]) => ({ pair: items[i].pair, kind: items[i].kind, ...a }));
    const file = new Blob([JSON.stringify({ tonescape: "study", study, rater: state.rater, answers }, null, 1)], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `answers-${state.rater}.json`;
    link.click();
  });
  if (Object.keys(state.answers).length) $("begin").textContent = "Go on";
})();
