// What somebody wrote and the server could not be given: kept in this tab alone, under its writer's id.
import { person, send } from "./send.js";

const MARK = "cop-kept";
const key = (who, place) => `${MARK}|${who}|${place}`;
let isForgotten = false;

// `entry`: {fields, base, sentKey, wasSent}: what is typed, what the server had before, and whether it was to be sent.
export function keep(place, entry) {
  if (!person() || isForgotten) return;
  sessionStorage.setItem(key(person(), place), JSON.stringify(entry));
}

export function drop(place) {
  sessionStorage.removeItem(key(person(), place));
}

export function kept(place) {
  return JSON.parse(sessionStorage.getItem(key(person(), place)) ?? "null");
}

function* entries() {
  for (const name of Object.keys(sessionStorage)) {
    const [mark, who, ...place] = name.split("|");
    if (mark === MARK) yield { name, who, place: place.join("|") };
  }
}

// Somebody is signed in: what another person left in this tab goes.
export function keepOnly(who) {
  for (const entry of entries()) if (who && entry.who !== who) sessionStorage.removeItem(entry.name);
}

// Signing out: nothing stays in this tab, and nothing is put there again by the page that is left.
export function forget() {
  for (const { name } of entries()) sessionStorage.removeItem(name);
  isForgotten = true;
}

// Give the server what it missed, but for places whose composer stands on this page and does so itself.
export async function sendKept() {
  for (const { name, who, place } of entries()) {
    if (who !== person() || document.querySelector(`[data-draft="${CSS.escape(place)}"]`)) continue;
    const { fields } = JSON.parse(sessionStorage.getItem(name));
    try {
      await send(draftUrl(place), { method: "PUT", json: fields });
      sessionStorage.removeItem(name);
    } catch {
      return; // the next page tries again
    }
  }
}

export const draftUrl = (place) => `/drafts/${encodeURI(place)}`;
