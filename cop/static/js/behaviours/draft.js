// A form of several fields that keeps what is typed as a draft, so that a page that is left or lost is filled in again.
import { draftUrl } from "../kept.js";
import { clock, say } from "../say.js";
import { send, token } from "../send.js";

const SAVE_MS = 1500;
const NOT_OURS = new Set(["csrf_token", "go"]);

export function attach(form) {
  const line = form.querySelector(".draft-line");
  const place = form.dataset.draft;
  let timer;
  let isLeaving = false;
  let kept = JSON.stringify(fields());

  function fields() {
    const typed = {};
    for (const [name, value] of new FormData(form)) if (!NOT_OURS.has(name) && typeof value === "string") typed[name] = value;
    return typed;
  }

  async function save() {
    const typed = fields();
    if (isLeaving || JSON.stringify(typed) === kept) return;
    try {
      await send(draftUrl(place), { method: "PUT", json: typed });
    } catch {
      return; // the next letter, or leaving the page, tries again
    }
    kept = JSON.stringify(typed);
    line.textContent = say("draft_saved", { time: clock() });
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_MS);
  });
  form.addEventListener("submit", () => {
    isLeaving = true; // what is sent is kept by the server, or is a community by now
    clearTimeout(timer);
  });
  addEventListener("pagehide", () => {
    if (isLeaving || JSON.stringify(fields()) === kept) return;
    const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token() };
    fetch(draftUrl(place), { method: "PUT", headers, body: JSON.stringify(fields()), keepalive: true }).catch(() => {});
  });
  addEventListener("pageshow", () => (isLeaving = false));
  document.addEventListener("signing-out", (event) => event.detail.waitUntil(save()));
}
