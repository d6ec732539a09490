// A deed in one button (thank, accept, follow …) done in place: the page changes, nothing is loaded again.
import { morph } from "../morph.js";
import { say, signInLink, tell } from "../say.js";
import { Away, Refused, send, SignedOut } from "../send.js";

export function attach(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    try {
      const data = new FormData(form, event.submitter);
      // One form serves many buttons, each with an address of its own.
      const address = event.submitter?.hasAttribute("formaction") ? event.submitter.formAction : form.action;
      await send(address, { form: new URLSearchParams(data) });
      await changed(form);
    } catch (error) {
      explain(error);
    } finally {
      form.removeAttribute("aria-busy");
    }
  });
}

// Whoever shows the thing fetches it again; where nobody does, the same place is taken from a fresh copy of the page.
async function changed(form) {
  const waits = [];
  form.dispatchEvent(new CustomEvent("acted", { bubbles: true, detail: { waitUntil: (each) => waits.push(each) } }));
  if (waits.length) return Promise.all(waits);
  const holder = form.closest("section, article, aside, li[id], div[id]") ?? form;
  const selector = holder.localName;
  const place = [...document.querySelectorAll(selector)].indexOf(holder);
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelectorAll(selector)[place];
  if (fresh && answer.ok) morph(holder, document.importNode(fresh, true));
  else location.reload();
}

export function explain(error) {
  if (error instanceof SignedOut) tell("problem", say("signed_out"), { link: signInLink() });
  else if (error instanceof Away) tell("offline", say("not_done"), { seconds: 10 });
  else if (error instanceof Refused) tell("problem", error.message || say("failed"), { seconds: 10 });
  else throw error;
}
