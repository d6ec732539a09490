// Completes the term after the last comma while it is typed. Without it, terms are typed as before.
import { combobox, element } from "../combobox.js";
import { say } from "../say.js";
import { send } from "../send.js";

export function attach(field) {
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
    label: say("terms"),
    typed: () => field.value.slice(start(), field.selectionStart).trim(),
    async found(typed) {
      const { data } = await send(`${field.dataset.suggestUrl}?q=${encodeURIComponent(typed)}`, { method: "GET" });
      return data.map(option);
    },
    choose(option) {
      const from = start();
      const before = field.value.slice(0, from) + (from > 0 ? " " : "");
      const after = field.value.slice(end());
      const added = option.dataset.name + (one || after ? "" : ", ");
      field.value = before + added + after;
      const caret = before.length + added.length;
      field.setSelectionRange(caret, caret);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    told: (n) => say("terms_found", { n }),
  });
}

function option({ name, parent, alias }) {
  const item = element("div", {});
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.name = name;
  item.append(element("strong", { textContent: name }));
  const beside = [alias, parent].filter(Boolean).join(" · ");
  if (beside) item.append(element("span", { className: "meta", textContent: beside }));
  return item;
}
