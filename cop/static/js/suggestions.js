// What is offered in the search box: to choose is to go there. Enter searches for what was typed, as before.
import { combobox, element } from "./combobox.js";
import { say } from "./say.js";
import { send } from "./send.js";

const SECONDS = 5;

// Make the field a combobox of everything that may be meant.
export function suggest(field) {
  combobox(field, {
    box: field.parentElement,
    label: say("suggestions"),
    typed: () => field.value.trim(),
    async found(typed) {
      const url = `${field.dataset.suggestUrl}?q=${encodeURIComponent(typed)}`;
      const { data } = await send(url, { method: "GET", seconds: SECONDS });
      return [...element("template", { innerHTML: data.html }).content.children];
    },
    choose: (option) => location.assign(option.dataset.url),
    told: (n) => say("suggestions_found", { n: n - 1 }), // the first is the search itself
  });
}
