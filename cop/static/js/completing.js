// Completes what is typed after the last comma. The field names the address that is asked; "one" on it: there is one
// thing, and commas divide nothing. Without it, all is typed as before.
import { combobox, element } from "./combobox.js";
import { say } from "./say.js";
import { send } from "./send.js";

// `words.list` names the list, `words.found` says how many stand in it. `describe` makes of each answer what the list
// shows, {name, beside}, and what is `typed` when it is chosen.
export function complete(field, words, describe) {
  const one = "one" in field.dataset;
  const box = element("div", { className: "suggestion-box" });
  const focused = document.activeElement === field;
  field.before(box);
  box.append(field);
  if (focused) field.focus();

  const start = () => (one ? 0 : Math.max(...[",", ";"].map((mark) => field.value.lastIndexOf(mark, field.selectionStart - 1))) + 1);
  const end = () => {
    const rest = one ? -1 : field.value.slice(field.selectionStart).search(/[,;]/);
    return rest < 0 ? field.value.length : field.selectionStart + rest;
  };

  combobox(field, {
    box,
    label: say(words.list),
    typed: () => field.value.slice(start(), field.selectionStart).trim(),
    async found(typed) {
      const { data } = await send(`${field.dataset.suggestUrl}?q=${encodeURIComponent(typed)}`, { method: "GET" });
      return data.map((each) => option(describe(each)));
    },
    choose(option) {
      const from = start();
      const before = field.value.slice(0, from) + (from > 0 ? " " : "");
      const after = field.value.slice(end());
      const added = option.dataset.typed + (one || after ? "" : ", ");
      field.value = before + added + after;
      const caret = before.length + added.length;
      field.setSelectionRange(caret, caret);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    told: (n) => say(words.found, { n }),
  });
}

function option({ name, beside, typed }) {
  const item = element("div", {});
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.typed = typed;
  item.append(element("strong", { textContent: name }));
  if (beside) item.append(element("span", { className: "meta", textContent: beside }));
  return item;
}
