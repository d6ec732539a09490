// Pictures that are pasted, dropped or chosen: sent while one goes on writing, shown in the text when they are there.
import { icon, say } from "./say.js";
import { token } from "./send.js";

export class Pictures {
  constructor(form, textarea, url) {
    this.form = form;
    this.text = textarea;
    this.url = url;
    this.waiting = new Set();
  }

  begin() {
    const frame = this.form.querySelector(".composer-frame");
    this.form.querySelector("input[data-image]")?.addEventListener("change", (event) => {
      this.add(event.target.files);
      event.target.value = "";
    });
    this.text.addEventListener("paste", (event) => {
      const { files, types } = event.clipboardData;
      // Programs that copy text often add a picture of it: then the text is meant.
      if (!files.length || types.includes("text/plain")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.add(files);
    });
    const isOurs = (event) => event.dataTransfer?.types.includes("Files");
    frame.addEventListener("dragover", (event) => {
      if (!isOurs(event)) return;
      event.preventDefault();
      frame.classList.add("is-dropping");
    });
    frame.addEventListener("dragleave", (event) => {
      if (!frame.contains(event.relatedTarget)) frame.classList.remove("is-dropping");
    });
    frame.addEventListener("drop", (event) => {
      frame.classList.remove("is-dropping");
      if (!isOurs(event)) return;
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
  }

  // All that is under way.
  settled() {
    return Promise.allSettled(this.waiting);
  }

  add(files) {
    for (const file of files) {
      const work = this.bring(file).finally(() => this.waiting.delete(work));
      this.waiting.add(work);
    }
  }

  async bring(file) {
    const line = this.line();
    if (!file.type.startsWith("image/")) {
      this.say(line, say("upload_failed", { name: file.name, why: say("not_a_picture") }), true);
      return;
    }
    const mark = `![${say("uploading", { name: file.name })} ${crypto.randomUUID().slice(0, 4)}]()`;
    this.put(mark);
    try {
      const { markdown } = await this.post(file, line);
      this.replace(mark, markdown);
      this.say(line, say("uploaded", { name: file.name }), true);
    } catch (error) {
      this.replace(mark, "");
      this.say(line, say("upload_failed", { name: file.name, why: error.message }), true);
    }
  }

  post(file, line) {
    const words = say("uploading", { name: file.name });
    const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0, ariaLabel: words });
    line.replaceChildren(icon("image"), ` ${words} `, bar);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", this.url);
      request.responseType = "json";
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", token());
      request.upload.addEventListener("progress", ({ loaded, total }) => (bar.value = loaded / total));
      request.addEventListener("load", () => {
        if (request.status === 201) return resolve(request.response);
        const isOut = request.status === 401 || request.status === 400 || new URL(request.responseURL).pathname !== this.url;
        reject(new Error(request.response?.error && !isOut ? request.response.error : say(isOut ? "signed_out" : "failed")));
      });
      request.addEventListener("error", () => reject(new Error(say("no_connection"))));
      const form = new FormData();
      form.set("file", file);
      request.send(form);
    });
  }

  // On a line of its own, below the one on which the caret stands.
  put(words) {
    const { value, selectionEnd } = this.text;
    const end = value.indexOf("\n", selectionEnd);
    const at = end < 0 ? value.length : end;
    const gap = at === 0 || value[at - 1] === "\n" ? "" : "\n";
    this.text.setRangeText(`${gap}${words}\n`, at, at, "end");
    this.changed();
  }

  replace(mark, words) {
    const at = this.text.value.indexOf(mark);
    if (at < 0) return; // it was taken out meanwhile
    const isUntouched = this.text.selectionStart === at + mark.length + 1;
    const end = words ? at + mark.length : at + mark.length + 1;
    this.text.setRangeText(words, at, end, "preserve");
    // Who has not moved on stands between the brackets, where the description goes.
    if (words && isUntouched) this.text.setSelectionRange(at + 2, at + 2);
    this.changed();
  }

  changed() {
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  line() {
    let files = this.form.querySelector(".composer-files");
    if (!files) {
      files = Object.assign(document.createElement("ul"), { className: "composer-files", ariaLive: "polite" });
      this.form.querySelector(".composer-frame").after(files);
    }
    return files.appendChild(document.createElement("li"));
  }

  say(line, words, canClose) {
    const close = Object.assign(document.createElement("button"), { type: "button", className: "act" });
    close.append(icon("x"), " ", say("take_out"));
    close.addEventListener("click", () => line.remove());
    line.replaceChildren(words, ...(canClose ? [close] : []));
  }
}
