// The number of unread things beside "Inbox", kept true while the page is open.
import { listen } from "../live.js";
import { say } from "../say.js";

export function attach(link) {
  listen("alert", ({ unread }) => show(link, unread));
}

function show(link, unread) {
  const label = link.querySelector("span") ?? link;
  let count = link.querySelector(".count");
  if (!unread) {
    count?.nextElementSibling?.remove();
    count?.remove();
    return;
  }
  if (!count) {
    count = Object.assign(document.createElement("span"), { className: "count" });
    const words = Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: ` ${say("unread")}` });
    label.append(" ", count, words);
  }
  count.textContent = unread;
}
