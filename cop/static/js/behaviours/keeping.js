// On every page of somebody who is signed in: what was kept in this tab while the server could not be reached is sent
// now, is nobody's but the one's who wrote it, and is gone when they sign out.
import { forget, keepOnly, sendKept } from "../kept.js";
import { person } from "../send.js";

const PATIENCE_MS = 3000;

export function attach() {
  keepOnly(person());
  sendKept();
  document.addEventListener("submit", async (event) => {
    if (new URL(event.target.action, location).pathname !== "/sign-out") return;
    event.preventDefault();
    await saved();
    forget();
    HTMLFormElement.prototype.submit.call(event.target);
  });
}

// What is being written on this page reaches the server first; but nobody waits long for being signed out.
function saved() {
  const waits = [];
  document.dispatchEvent(new CustomEvent("signing-out", { detail: { waitUntil: (each) => waits.push(each) } }));
  return Promise.race([Promise.allSettled(waits), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
}
