// Topics like the one whose title is being typed: shown below it while somebody is there, and left as they are once the
// text is being written, so that nothing moves under it.
import { announce, say } from "../say.js";
import { send } from "../send.js";

const PAUSE = 500;

export function attach(box) {
  const title = box.closest("form").elements.namedItem("title");
  const list = box.querySelector("[data-similar]");
  let timer;
  let asked = title.defaultValue.trim();

  async function ask() {
    const words = title.value.trim();
    if (words === asked || document.activeElement !== title) return;
    asked = words;
    const url = `${box.dataset.similarUrl}?q=${encodeURIComponent(words)}`;
    const { data } = await send(url, { method: "GET" }).catch(() => ({}));
    if (!data || asked !== words || document.activeElement !== title) return;
    list.innerHTML = data.html;
    if (data.count) announce(box.querySelector("[role=status]"), say("similar_found", { n: data.count }));
  }

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };
  title.addEventListener("input", later);
  if (title.value !== title.defaultValue) later(); // typed before this had come
}
