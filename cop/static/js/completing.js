// Completes what is typed after the last comma: a combobox with a list, by keyboard and by pointer. Without it, all is
// typed as before. The field names the address that is asked; "one" on it: there is one thing, and commas divide nothing.
import { announce, say } from "./say.js";
import { send } from "./send.js";

const PAUSE = 150;
const LEAST = 2;
let boxes = 0;

// `words.list` names the list, `words.found` says how many stand in it. `describe` makes of each answer what the list
// shows, {name, beside}, and what is `typed` when it is chosen.
export function complete(field, words, describe) {
  const one = "one" in field.dataset;
  const list = element("ul", { className: "suggestions", id: `suggestions-${(boxes += 1)}`, hidden: true });
  const told = element("p", { className: "visually-hidden" });
  told.setAttribute("role", "status");
  list.setAttribute("role", "listbox");
  list.ariaLabel = say(words.list);
  const box = element("div", { className: "suggestion-box" });
  const focused = document.activeElement === field;
  field.before(box);
  box.append(field, list, told);
  if (focused) field.focus();
  field.autocomplete = "off";
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) {
    field.setAttribute(name, value);
  }
  let latest;

  const start = () => (one ? 0 : Math.max(...[",", ";"].map((mark) => field.value.lastIndexOf(mark, field.selectionStart - 1))) + 1);
  const end = () => {
    const rest = one ? -1 : field.value.slice(field.selectionStart).search(/[,;]/);
    return rest < 0 ? field.value.length : field.selectionStart + rest;
  };

  function close() {
    latest = undefined;
    list.hidden = true;
    list.replaceChildren();
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function mark(option) {
    for (const each of list.children) each.setAttribute("aria-selected", String(each === option));
    if (!option) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function choose(option) {
    const from = start();
    const before = field.value.slice(0, from) + (from > 0 ? " " : "");
    const after = field.value.slice(end());
    const added = option.dataset.typed + (one || after ? "" : ", ");
    field.value = before + added + after;
    const caret = before.length + added.length;
    field.setSelectionRange(caret, caret);
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function ask() {
    const typed = field.value.slice(start(), field.selectionStart).trim();
    const asked = (latest = {});
    if (typed.length < LEAST) return close();
    await new Promise((resolve) => setTimeout(resolve, PAUSE)); // one request for what is typed now, not for each letter
    if (asked !== latest) return;
    const { data } = await send(`${field.dataset.suggestUrl}?q=${encodeURIComponent(typed)}`, { method: "GET" }).catch(() => ({ data: [] }));
    if (asked !== latest) return;
    if (!data?.length) return close();
    list.replaceChildren(...data.map((each, place) => option(describe(each), `${list.id}-${place}`)));
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    field.removeAttribute("aria-activedescendant");
    announce(told, say(words.found, { n: data.length }));
  }

  field.addEventListener("input", (event) => event.isTrusted && ask());
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const options = [...list.children];
    const at = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark(options[(at + (at < 0 && step < 0 ? 0 : step) + options.length) % options.length]);
    else if (event.key === "Enter" && at >= 0) choose(options[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const clicked = event.target.closest("[role=option]");
    if (clicked) choose(clicked);
  });
}

function option({ name, beside, typed }, id) {
  const item = element("li", { id });
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.typed = typed;
  item.append(element("strong", { textContent: name }));
  if (beside) item.append(element("span", { className: "meta", textContent: beside }));
  return item;
}

function element(name, values) {
  return Object.assign(document.createElement(name), values);
}
