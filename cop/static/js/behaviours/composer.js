// Where people write: nothing is lost (drafts), nothing is sent twice, and a reply appears without the page being loaded.
import { draftUrl, drop, keep, kept } from "../kept.js";
import { Pictures } from "../pictures.js";
import { quote } from "../quoting.js";
import { clock, say, signInLink } from "../say.js";
import { Away, person, Refused, send, SignedOut, SomebodyElse, token } from "../send.js";

const SAVE_MS = 1500;
const SAVE_AT_LEAST_MS = 10_000;
const TRY_AGAIN_MS = 5000;
const NOT_OURS = new Set(["csrf_token", "sent_key", "next", "preview", "publish_at"]);

export function attach(form) {
  new Composer(form).begin();
}

class Composer {
  constructor(form) {
    this.form = form;
    this.place = form.dataset.draft;
    this.text = form.elements.namedItem("text");
    this.button = form.querySelector(".btn-main");
    this.draftLine = form.querySelector(".composer-draft");
    this.topic = form.closest('[data-behaviour~="topic"]');
    // What the server has; a person may have typed before this script was there.
    this.base = JSON.stringify({ ...this.fields(), text: this.text.defaultValue });
    this.isSending = false;
    this.sentText = null; // what was last tried to be sent
    this.wasSent = false;
  }

  begin() {
    const { form } = this;
    form.addEventListener("input", () => this.typed());
    form.addEventListener("submit", (event) => this.submitted(event));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(this.button);
    });
    addEventListener("pagehide", () => this.leave());
    addEventListener("pageshow", (event) => event.persisted && this.sendable());
    addEventListener("online", () => this.save());
    document.addEventListener("signing-out", (event) => event.detail.waitUntil(this.save()));
    this.later = form.querySelector('.composer-later [name="publish_at"]');
    this.later?.addEventListener("input", () => this.label());
    if (this.later) this.label();
    form.querySelector("[data-clear-parent]")?.addEventListener("click", () => this.answer(null));
    this.topic?.addEventListener("pointerdown", (event) => this.pick(event));
    this.topic?.addEventListener("click", (event) => this.clicked(event));
    this.pictures = new Pictures(form, this.text, form.dataset.uploadUrl);
    this.pictures.begin();
    this.restore();
    if (this.isChanged) this.typed();
    import("../../vendor/markdown-toolbar.js");
    if (document.activeElement === this.text) this.equip();
    else this.text.addEventListener("focus", () => this.equip(), { once: true });
  }

  // What is only needed by those who write.
  async equip() {
    const expander = this.form.querySelector("text-expander");
    if (expander) import("./mentions.js").then(({ attach: begin }) => begin(expander));
    const { subscribe } = await import("../../vendor/paste-markdown.js");
    subscribe(this.text);
  }

  // -- drafts --

  fields() {
    const fields = {};
    for (const [name, value] of new FormData(this.form)) if (!NOT_OURS.has(name) && typeof value === "string") fields[name] = value;
    return fields;
  }

  get isChanged() {
    return JSON.stringify(this.fields()) !== this.base;
  }

  typed() {
    this.form.dispatchEvent(new CustomEvent("composer:writing", { bubbles: true }));
    this.typedAt ??= performance.now();
    clearTimeout(this.timer);
    const left = this.typedAt + SAVE_AT_LEAST_MS - performance.now();
    this.timer = setTimeout(() => this.save(), Math.max(0, Math.min(SAVE_MS, left)));
  }

  // Give the server what is typed; true when it has it. What it cannot be given stays in this tab.
  async save() {
    clearTimeout(this.timer);
    this.typedAt = null;
    if (this.isSaving) await this.isSaving;
    if (!this.isChanged) return true;
    this.isSaving = this.put();
    const isSaved = await this.isSaving;
    this.isSaving = null;
    return isSaved;
  }

  async put() {
    const fields = this.fields();
    try {
      await send(draftUrl(this.place), { method: "PUT", json: fields });
    } catch (error) {
      this.notSaved(error);
      return false;
    }
    this.base = JSON.stringify(fields);
    if (!this.isChanged) drop(this.place);
    const isEmpty = !Object.values(fields).some((value) => value.trim());
    this.sayDraft(isEmpty ? "" : say("draft_saved", { time: clock() }));
    return true;
  }

  notSaved(error) {
    this.failure = error;
    if (error instanceof SomebodyElse) {
      this.sayDraft(say("draft_somebody_else"));
      return;
    }
    this.keepHere();
    if (error instanceof SignedOut) {
      this.sayDraft(say("draft_signed_out"), signInLink());
      return;
    }
    this.sayDraft(error instanceof Away ? say("draft_here") : error.message || say("failed"));
    this.timer = setTimeout(() => this.save(), TRY_AGAIN_MS);
  }

  keepHere(wasSent = false) {
    const sentKey = this.form.elements.namedItem("sent_key")?.value;
    this.wasSent ||= wasSent;
    const entry = { fields: this.fields(), base: this.base, sentKey, sentText: this.sentText, wasSent: this.wasSent };
    keep(this.place, entry);
  }

  leave() {
    if (this.isGone || !this.isChanged) return;
    this.keepHere();
    const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token() };
    fetch(draftUrl(this.place), { method: "PUT", headers, body: JSON.stringify(this.fields()), keepalive: true }).catch(() => {});
  }

  // What this person wrote in this tab and the server did not get: put back, and saved now.
  restore() {
    const entry = kept(this.place);
    if (!entry) return;
    if (!Object.values(entry.fields).some((value) => value.trim())) return drop(this.place);
    const now = this.fields();
    const isBack = entry.fields.text !== now.text;
    if (isBack) {
      const isNewer = JSON.stringify(now) === entry.base || !now.text.trim();
      // Both were written by the same person at two places: neither is thrown away.
      const text = isNewer ? entry.fields.text : `${now.text}\n\n${entry.fields.text}`;
      for (const [name, value] of Object.entries({ ...entry.fields, text })) {
        const field = this.form.elements.namedItem(name);
        if (field) field.value = value;
      }
      this.sentText = entry.sentText;
      if (entry.sentKey && entry.sentText === text) this.form.elements.namedItem("sent_key").value = entry.sentKey;
    }
    const found = say(entry.wasSent ? "draft_unsent" : "draft_found");
    this.save().then((isSaved) => {
      if (!isSaved) return;
      drop(this.place);
      if (isBack || entry.wasSent) this.sayDraft(found);
    });
  }

  sayDraft(words, link) {
    if (!this.draftLine) return;
    if (this.draftLine.dataset.says === words) return;
    this.draftLine.dataset.says = words;
    this.draftLine.replaceChildren(words, ...(link ? [" ", link] : []));
  }

  // -- sending --

  submitted(event) {
    event.preventDefault();
    if (event.submitter?.matches("[data-preview]")) this.preview();
    else if (!this.isSending) this.send();
  }

  async send() {
    this.problem("");
    if (!this.text.value.trim()) return this.problem(say("write_first"));
    this.isSending = true;
    this.button.ariaDisabled = "true";
    this.button.ariaBusy = "true";
    await this.pictures.settled();
    try {
      if (this.topic) await this.sendHere();
      else await this.sendAway();
    } catch (error) {
      this.notSent(error);
    } finally {
      if (!this.isGone) this.sendable();
    }
  }

  // With a moment in it, the form does not post now: its button says so.
  label() {
    const { later, now } = this.button.dataset;
    this.button.textContent = this.later.value ? later : now;
  }

  sendable() {
    this.isSending = this.isGone = false;
    this.button.ariaDisabled = this.button.ariaBusy = null;
  }

  // The same key with the same text: however often it is tried, there is one post.
  useKey() {
    if (this.sentText !== null && this.sentText !== this.text.value) this.newKey();
    this.sentText = this.text.value;
  }

  newKey() {
    this.form.elements.namedItem("sent_key").value = crypto.randomUUID();
  }

  async sendHere() {
    this.useKey();
    clearTimeout(this.timer);
    const { status, data } = await send(this.form.action, { form: new URLSearchParams(new FormData(this.form)) });
    if (status === 422) return this.problem(data.error || say("failed"));
    this.sentText = null;
    this.wasSent = false;
    this.newKey();
    this.text.value = "";
    this.answer(null);
    this.showText();
    this.base = JSON.stringify(this.fields());
    drop(this.place);
    this.form.querySelector(".composer-files")?.replaceChildren();
    const waits = [];
    const detail = { ...data, waitUntil: (each) => waits.push(each) };
    this.form.dispatchEvent(new CustomEvent("composer:sent", { bubbles: true, detail }));
    await Promise.all(waits);
    const post = document.getElementById(`post-${data.number}`);
    if (!post) return this.go(data.url);
    this.sayDraft(say("sent"));
    post.scrollIntoView({ block: "nearest" });
  }

  go(url) {
    this.isGone = true;
    location.assign(url);
  }

  // A new topic, a change: the answer is another page. First make sure that the server hears us and that we are signed in.
  async sendAway() {
    this.useKey();
    if (!(await this.save())) throw this.failure;
    this.isGone = true;
    HTMLFormElement.prototype.submit.call(this.form);
  }

  notSent(error) {
    this.keepHere(true);
    if (error instanceof SomebodyElse) drop(this.place);
    if (error instanceof SomebodyElse) this.problem(say("draft_somebody_else"));
    else if (error instanceof SignedOut) this.problem(say("not_sent_signed_out"), signInLink());
    else if (error instanceof Away) this.problem(say(error.slow ? "not_sent_slow" : "not_sent"));
    else if (error instanceof Refused) this.problem(error.message || say("failed"));
    else throw error;
  }

  problem(words, link) {
    const line = this.form.querySelector(".composer-problem");
    line.hidden = !words;
    line.replaceChildren(words, ...(link ? [" ", link] : []));
    this.text.setAttribute("aria-invalid", String(Boolean(words)));
  }

  // -- the preview --

  async preview() {
    if (!this.previewed.hidden) return this.showText(true);
    try {
      const form = new URLSearchParams({ text: this.text.value });
      const { status, data } = await send(this.form.dataset.previewUrl, { form });
      if (status === 422) return this.problem(data.error);
      this.problem("");
      this.previewed.innerHTML = data.html;
      this.show(true);
    } catch (error) {
      this.notSent(error);
    }
  }

  get previewed() {
    return this.form.querySelector(".composer-preview");
  }

  show(isPreview) {
    this.previewed.hidden = !isPreview;
    this.text.hidden = isPreview;
    const button = this.form.querySelector("[data-preview]");
    button.ariaPressed = String(isPreview);
    button.lastChild.textContent = ` ${say(isPreview ? "write_on" : "preview")}`;
  }

  showText(focus = false) {
    if (!this.previewed.hidden) this.show(false);
    if (focus) this.text.focus();
  }

  // -- answering a post --

  pick(event) {
    const link = event.target.closest("[data-quote]");
    if (link) this.picked = quote(link.closest("[data-post]")); // the selection is gone once the link is clicked
  }

  clicked(event) {
    const link = event.target.closest("[data-quote], [data-parent]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const post = link.closest("[data-post]");
    this.showText();
    this.text.focus();
    if (link.dataset.quote) {
      this.insert(this.picked ?? quote(post));
      this.picked = null;
    } else this.answer(post);
    link.closest("details")?.removeAttribute("open");
  }

  answer(post) {
    const field = this.form.elements.namedItem("parent_number");
    const line = this.form.querySelector(".composer-parent");
    if (!field || !line) return;
    field.value = post?.dataset.post ?? "";
    line.hidden = !post;
    const name = line.querySelector("[data-parent-name]");
    if (name && post) name.textContent = post.querySelector(".person-chip-name").textContent.trim();
    if (!post) this.typed();
  }

  insert(words) {
    const { value, selectionEnd: at } = this.text;
    const gap = !at || value.slice(0, at).endsWith("\n\n") ? "" : value[at - 1] === "\n" ? "\n" : "\n\n";
    this.text.setRangeText(gap + words, at, at, "end");
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
    this.text.scrollTop = this.text.scrollHeight;
  }
}
