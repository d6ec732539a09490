// Says that a member is looking at this community, once the page has been on screen for a moment: views write nothing.
import { send } from "../send.js";

const SHOWN_FOR = 2000;

export function attach(element) {
  const say = () => {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", say);
    setTimeout(() => send(element.dataset.visitedUrl, { keepalive: true }).catch(() => {}), SHOWN_FOR);
  };
  document.addEventListener("visibilitychange", say);
  say();
}
