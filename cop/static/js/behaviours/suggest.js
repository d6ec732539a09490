// Offers what may be meant while somebody types in the search box: to choose is to go there. Enter searches as before.
import { combobox, element } from "../combobox.js";
import { say } from "../say.js";
import { send } from "../send.js";

const SECONDS = 5;

export function attach(field) {
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
