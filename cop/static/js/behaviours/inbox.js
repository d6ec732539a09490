// Opening something from the inbox marks its row read; without this, the row has a button for it.
import { send } from "../send.js";

export function attach(list) {
  list.addEventListener("click", mark);
  list.addEventListener("auxclick", (event) => event.button === 1 && mark(event));

  function mark(event) {
    const row = event.target.closest("a[href]")?.closest("[data-alerts]");
    if (!row) return;
    const form = new FormData();
    for (const id of row.dataset.alerts.split(" ")) form.append("id", id);
    send(list.dataset.readUrl, { form, keepalive: true }).catch(() => {});
    row.removeAttribute("data-alerts");
  }
}
