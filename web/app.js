// Keeps the part of the page with id "live" fresh without a reload, and sends events. No framework, no inline code.
"use strict";
const live = document.getElementById("live");
const pause = document.getElementById("pause");
const note = document.getElementById("note");
let isPaused = false;

// What a person has done to the part that is about to be replaced: opened, typed, focused.
function keep() {
  const active = live.contains(document.activeElement) ? document.activeElement : null;
  const button = active?.dataset.event;
  return {
    open: [...live.querySelectorAll("details[open]")].map((d) => d.id),
    values: [...live.querySelectorAll("input[id]")].map((i) => [i.id, i.value]),
    focus: active?.id ? "#" + CSS.escape(active.id) : button ? `button[data-event="${CSS.escape(button)}"]` : "",
    selection: active?.tagName === "INPUT" ? [active.selectionStart, active.selectionEnd] : null,
  };
}

function restore({ open, values, focus, selection }) {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  for (const [id, value] of values) {
    const input = document.getElementById(id);
    if (input) input.value = value;
  }
  const active = focus ? live.querySelector(focus) : null;
  active?.focus({ preventScroll: true });
  if (active && selection) active.setSelectionRange(...selection);
}

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
      const kept = keep();
      live.innerHTML = text; // made by the service's own templates, which escape everything
      live.dataset.text = text;
      restore(kept);
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
