// Keeps the part of the page with id "live" fresh without a reload, and sends events. No framework, no inline code.
"use strict";
const live = document.getElementById("live");
const pause = document.getElementById("pause");
const note = document.getElementById("note");
let isPaused = false;
let openDetails = new Set();

function say(text) { if (note) note.textContent = text; }

async function refresh() {
  if (isPaused || document.hidden || !live) return;
  try {
    const url = new URL(window.location.href);
    url.searchParams.set("fragment", "1");
    const response = await fetch(url, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (!response.ok) throw new Error("HTTP " + response.status);
    const text = await response.text();
    if (live.dataset.text !== text) {
      openDetails = new Set([...live.querySelectorAll("details[open]")].map((d) => d.id));
      live.innerHTML = text; // made by the service's own templates, which escape everything
      live.dataset.text = text;
      for (const id of openDetails) document.getElementById(id)?.setAttribute("open", "");
    }
    say("live");
  } catch (error) {
    say("no answer: " + error.message);
  }
}

async function send(button) {
  const by = document.getElementById("by")?.value.trim() || "operator";
  const type = button.dataset.event;
  const data = type === "retry" ? {} : { by };
  button.disabled = true;
  const response = await fetch("/v1/posts/" + button.dataset.post + "/events", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ type, data }),
  });
  const answer = await response.json();
  say(response.ok ? type + ": now " + answer.queue_stage + " " + answer.queue_status : type + ": " + answer.detail);
  button.disabled = false;
  refresh();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-event]");
  if (button) send(button);
});
pause?.addEventListener("click", () => {
  isPaused = !isPaused;
  pause.textContent = isPaused ? "Resume" : "Pause";
  pause.setAttribute("aria-pressed", String(isPaused));
  if (isPaused) say("paused"); else refresh();
});
document.addEventListener("visibilitychange", refresh);
setInterval(refresh, 2000);
say("live");
