// @names while writing: only people who can see what is written; by keyboard, and told to screen readers.
import "../../vendor/text-expander.js";
import { say } from "../say.js";
import { send } from "../send.js";

const EDGE = 8;

export function attach(expander) {
  const url = expander.dataset.mentionsUrl;
  let latest;
  expander.addEventListener("text-expander-change", ({ detail: { key, text, provide } }) => {
    if (key !== "@") return;
    const asked = (latest = {});
    provide(
      // One request for what is typed now, not one for each letter.
      new Promise((resolve) => setTimeout(resolve, 150)).then(async () => {
        if (asked !== latest) return { matched: false };
        const { data } = await send(`${url}?q=${encodeURIComponent(text)}`, { method: "GET" }).catch(() => ({ data: [] }));
        return { matched: data.length > 0, fragment: menu(data) };
      }),
    );
  });
  // The list opens at the caret; near the right edge it is moved back into the window. A textarea may not be called a
  // combobox: that a list is there is told by what it controls and by the option that is chosen.
  expander.addEventListener("text-expander-activate", () => {
    requestAnimationFrame(() => {
      const field = expander.querySelector("textarea");
      for (const name of ["role", "aria-expanded"]) field.removeAttribute(name);
      const list = expander.querySelector("[role=listbox]");
      const over = list ? list.getBoundingClientRect().right - document.documentElement.clientWidth + EDGE : 0;
      if (over > 0) list.style.left = `${parseFloat(getComputedStyle(list).left) - over}px`;
    });
  });
  expander.addEventListener("text-expander-value", ({ detail }) => {
    if (detail.key === "@") detail.value = `@${detail.item.dataset.handle}`;
  });
  expander.addEventListener("text-expander-committed", ({ detail }) => {
    detail.input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  // What was typed while this was on its way counts too.
  expander.querySelector("textarea").dispatchEvent(new Event("input"));
}

function menu(people) {
  const list = document.createElement("ul");
  list.className = "suggestions suggestions-short";
  list.setAttribute("role", "listbox");
  list.ariaLabel = say("people");
  for (const [place, { handle, name, role, institution }] of people.entries()) {
    const item = document.createElement("li");
    item.id = `mention-${place}`;
    item.setAttribute("role", "option");
    item.dataset.handle = handle;
    const where = [role, institution].filter(Boolean).join(", ");
    item.append(Object.assign(document.createElement("strong"), { textContent: name }));
    if (where) item.append(Object.assign(document.createElement("span"), { className: "meta", textContent: where }));
    list.append(item);
  }
  return list;
}
