// A field with a list of what may be meant while somebody types: by keyboard, by pointer, and told to screen readers.
// The field keeps the focus; which option is marked is told by aria-activedescendant. Without it one types as before.
import { announce } from "./say.js";

const PAUSE = 150;
const LEAST = 2;
let lists = 0;

// `box`: where the list is put, below the field. `typed()`: what is being typed. `found(typed)`: a promise of what
// belongs into the list, or nothing. `choose(option)`: an option was chosen. `told(n)`: the words for so many options.
export function combobox(field, { box, label, typed, found, choose, told }) {
  const list = element("div", { className: "suggestions", id: `suggestions-${(lists += 1)}`, hidden: true });
  const status = element("p", { className: "visually-hidden" });
  list.setAttribute("role", "listbox");
  list.ariaLabel = label;
  status.setAttribute("role", "status");
  box.append(list, status);
  field.autocomplete = "off";
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) {
    field.setAttribute(name, value);
  }
  let latest;
  const options = () => [...list.querySelectorAll("[role=option]")];

  function close() {
    latest = undefined;
    list.hidden = true;
    list.replaceChildren();
    status.textContent = "";
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function mark(option) {
    for (const each of options()) each.setAttribute("aria-selected", String(each === option));
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function take(option) {
    close();
    choose(option);
  }

  async function ask() {
    const words = typed();
    const asked = (latest = {}); // an answer to anything else comes too late
    if (words.length < LEAST) return close();
    await new Promise((resolve) => setTimeout(resolve, PAUSE)); // one request for what is typed now, not for each letter
    if (asked !== latest) return;
    const parts = await found(words).catch(() => []);
    if (asked !== latest) return;
    if (!parts.length) return close();
    list.replaceChildren(...parts);
    for (const [place, option] of options().entries()) option.id = `${list.id}-${place}`;
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    field.removeAttribute("aria-activedescendant");
    announce(status, told(options().length));
  }

  function key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (list.hidden) return event.key === "ArrowDown" ? ask() : undefined;
    const all = options();
    const at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1 }[event.key];
    if (to !== undefined) mark(all[(to + all.length) % all.length]);
    else if (event.key === "Home" && at >= 0) mark(all[0]); // with nothing marked, they move in what was typed
    else if (event.key === "End" && at >= 0) mark(all.at(-1));
    else if (event.key === "Enter" && at >= 0) take(all[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  field.addEventListener("input", (event) => event.isTrusted && ask());
  field.addEventListener("blur", close);
  field.addEventListener("keydown", key);
  field.form?.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const clicked = event.target.closest("[role=option]");
    if (clicked) take(clicked);
  });
  if (document.activeElement === field && field.value !== field.defaultValue) ask(); // typed before this had come
}

export function element(name, values) {
  return Object.assign(document.createElement(name), values);
}
