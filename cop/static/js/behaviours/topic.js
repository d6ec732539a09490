// A topic that is being read: posts arrive without moving it, what is seen counts as read, who is here is shown.
import { refresh, sayWriting, watch } from "../live.js";
import { element, morph } from "../morph.js";
import { Reading } from "../reading.js";
import { announce, list, say, tell } from "../say.js";
import { person, Refused, send } from "../send.js";

const WRITING_SHOWN_MS = 6000;
const WRITING_SAID_MS = 3000;
const SLIDE_EVERY_MS = 10_000;

export function attach(main) {
  new Topic(main).begin();
}

class Topic {
  constructor(main) {
    this.main = main;
    this.data = main.dataset;
    this.posts = main.querySelector("#posts");
    this.seq = Number(this.data.seq);
    this.last = Number(this.data.last);
    this.isLastPage = this.data.page === this.data.pages;
    this.writers = new Map();
    this.unseen = []; // posts that arrived below what is read
  }

  begin() {
    if (this.data.markUrl) {
      this.reading = new Reading({ mark: Number(this.data.mark ?? 0), url: this.data.markUrl, read: (mark) => this.read(mark) });
      for (const post of this.posts.querySelectorAll("[data-post]")) this.reading.watch(post);
    }
    // There from the start: to put it in later would have the browser look at the style of every post again.
    this.pointer = Object.assign(document.createElement("p"), { className: "arrived", hidden: true });
    this.pointer.append(Object.assign(document.createElement("a"), { className: "btn-line btn-small" }));
    this.posts.after(this.pointer);
    this.main.addEventListener("composer:writing", () => this.sayWriting());
    this.main.addEventListener("composer:sent", ({ detail }) => {
      detail.waitUntil(refresh(this.data.room, () => document.getElementById(`post-${detail.number}`)));
    });
    this.main.addEventListener("acted", (event) => event.detail.waitUntil(refresh(this.data.room)));
    this.sight = new IntersectionObserver((entries) => this.sighted(entries));
    const [entry] = performance.getEntriesByType("navigation");
    if (!location.hash && entry?.type === "navigate") document.getElementById("new")?.scrollIntoView();
    watch({
      room: this.data.room,
      seq: () => this.seq,
      catchUp: () => this.catchUp(),
      here: (message) => this.here(message),
      writing: (card) => this.writing(card),
    });
  }

  async catchUp() {
    let data;
    do {
      const end = this.isLastPage ? "" : `&last=${Number(this.data.first) + 29}`;
      try {
        ({ data } = await send(`${this.data.afterUrl}${this.seq}?first=${this.data.first}${end}`, { method: "GET" }));
      } catch (error) {
        if (error instanceof Refused && error.status === 404) return this.outOfSight();
        throw error;
      }
      this.seq = Math.max(this.seq, data.seq);
      this.show(data);
    } while (data.more);
  }

  show({ parts, gone = [], summary, last }) {
    const added = [];
    this.keepStill(() => {
      for (const id of gone) document.getElementById(id)?.remove();
      for (const part of parts) {
        const old = document.getElementById(part.id);
        if (old) morph(old, element(part.html));
        else if (this.isLastPage) added.push([this.insert(part), part]);
      }
      const line = document.getElementById("topic-summary");
      if (summary && line) morph(line, element(summary));
      if (added.length) this.arrived(added);
    });
    if (!this.isLastPage && last > this.last) this.onLastPage(last);
    this.last = Math.max(this.last, last ?? 0);
  }

  insert(part) {
    const post = element(part.html);
    const after = [...this.posts.querySelectorAll("[data-post]")].find((each) => Number(each.dataset.post) > part.number);
    this.posts.insertBefore(post, after ?? null);
    this.reading?.watch(post);
    return post;
  }

  // Change the page while what is being read stays where it is on the screen, to the pixel.
  keepStill(change) {
    const anchor = this.anchor();
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (!anchor?.isConnected) return;
    const moved = anchor.getBoundingClientRect().top - before;
    if (moved) scrollBy({ top: moved, behavior: "instant" });
  }

  // What must not move: what is being written, with its button, or else the paragraph that is being read, which we take to be
  // the first one that reaches below the upper quarter of the window.
  anchor() {
    const focused = document.activeElement;
    if (focused?.closest(".composer") && this.main.contains(focused) && isInSight(focused)) return focused;
    const isRead = (each) => each.getBoundingClientRect().bottom > innerHeight / 4;
    const inSight = [...this.posts.querySelectorAll("[data-post]")].filter(isInSight);
    const post = inSight.find(isRead) ?? inSight.at(-1);
    return [...(post?.querySelectorAll(".post-text > *") ?? [])].find((each) => isRead(each) && isInSight(each)) ?? post;
  }

  arrived(added) {
    const others = added.filter(([, part]) => !part.mine);
    for (const [, part] of others) this.stopWriting((card) => card.name === part.author);
    if (!others.length) return;
    this.slideIn(others.at(-1)[0]);
    this.drawLine(others[0][0]);
    const [, { author }] = others[0];
    const words = others.length === 1 ? say("new_post", { name: author }) : say("new_posts", { n: others.length });
    announce(this.main.querySelector("[data-announce]"), words);
    for (const [post] of others) {
      this.unseen.push(post);
      this.sight.observe(post);
    }
    this.pointDown();
  }

  // A post that comes into sight slides in; in a lively talk only now and then, or the page would never be still.
  slideIn(post) {
    if (performance.now() - (this.slidAt ?? -SLIDE_EVERY_MS) < SLIDE_EVERY_MS || !isInSight(post)) return;
    this.slidAt = performance.now();
    post.classList.add("is-new");
    post.addEventListener("animationend", () => post.classList.remove("is-new"), { once: true });
  }

  // "New since you last read", above what came while the page was out of sight.
  drawLine(post) {
    if (!this.reading || !document.hidden) return;
    const old = document.getElementById("new");
    const isRead = Number(post.dataset.post) - 1 <= this.reading.mark;
    if (old && !isRead) return;
    old?.remove();
    const line = document.createElement("div");
    line.className = "newline";
    line.id = "new";
    line.textContent = say("new_line");
    post.before(line);
  }

  // All of it was seen: the head no longer says that something is new.
  read(mark) {
    if (mark >= this.last) this.keepStill(() => this.main.querySelector("#topic-summary .new-jump")?.parentElement.remove());
  }

  sighted(entries) {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      this.sight.unobserve(target);
      this.unseen = this.unseen.filter((each) => each !== target);
    }
    this.pointDown();
  }

  // A button at the foot of the window while new posts stand below it; it jumps only when it is pressed.
  pointDown() {
    const below = this.unseen.filter((post) => post.isConnected && post.getBoundingClientRect().top >= innerHeight - 40);
    if (!below.length) {
      this.pointer.hidden = true;
      return;
    }
    const name = below[0].querySelector(".person-chip-name")?.textContent.trim();
    const words = below.length === 1 && name ? say("new_post", { name }) : say("new_posts", { n: below.length });
    this.point(words, `#${below[0].id}`);
  }

  onLastPage(last) {
    this.keepStill(() => this.point(say("on_last_page", { n: last - Number(this.data.last) }), this.data.lastUrl.replace(/#.*/, `#post-${last}`)));
    announce(this.main.querySelector("[data-announce]"), say("on_last_page", { n: last - Number(this.data.last) }));
  }

  point(words, href) {
    const link = this.pointer.firstChild;
    link.href = href;
    link.textContent = words;
    this.pointer.hidden = false;
  }

  here({ people, count }) {
    const line = this.main.querySelector("[data-presence]");
    if (!line) return;
    const me = Number(person());
    const others = people.filter((card) => card.id !== me);
    const more = count - people.length;
    this.keepStill(() => {
      line.hidden = !others.length;
      if (!others.length) return;
      const faces = document.createElement("span");
      faces.className = "faces";
      faces.append(...others.slice(0, 5).map(face));
      const names = others.map((card) => card.name);
      const words = document.createElement("span");
      words.textContent = say("here", { names: list(more > 0 ? [...names, say("and_more", { n: more })] : names) });
      line.replaceChildren(faces, words);
    });
  }

  writing(card) {
    if (card.id === Number(person())) return;
    clearTimeout(this.writers.get(card.id)?.timer);
    const timer = setTimeout(() => this.stopWriting((each) => each.id === card.id), WRITING_SHOWN_MS);
    this.writers.set(card.id, { card, timer });
    this.showWriting();
  }

  stopWriting(isMeant) {
    for (const [id, { card, timer }] of this.writers) {
      if (!isMeant(card)) continue;
      clearTimeout(timer);
      this.writers.delete(id);
    }
    this.showWriting();
  }

  showWriting() {
    const line = this.main.querySelector("[data-typing]");
    const names = [...this.writers.values()].map(({ card }) => card.name);
    const words = names.length > 1 ? say("writing_many", { names: list(names) }) : say("writing", { name: names[0] });
    if (!line || line.dataset.says === (names.length ? words : "")) return;
    line.dataset.says = names.length ? words : "";
    const dots = Object.assign(document.createElement("span"), { className: "typing-dots", ariaHidden: "true" });
    dots.append(document.createElement("span"));
    line.replaceChildren(...(names.length ? [dots, words] : []));
  }

  sayWriting() {
    if (performance.now() - (this.saidAt ?? -WRITING_SAID_MS) < WRITING_SAID_MS) return;
    this.saidAt = performance.now();
    sayWriting(this.data.room);
  }

  // The reader may no longer see this topic: nothing of it stays on the page but what they are writing themselves.
  outOfSight() {
    this.posts.replaceChildren();
    this.pointer.hidden = true;
    for (const line of this.main.querySelectorAll("[data-presence], [data-typing], #topic-summary")) line.replaceChildren();
    for (const button of this.main.querySelectorAll(".composer button")) button.disabled = true;
    tell("problem", say("evicted"));
  }
}

function isInSight(each) {
  const { top, bottom } = each.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

function face(card) {
  const round = document.createElement("span");
  round.className = `face face-sm tint-${card.tint}`;
  round.ariaHidden = "true";
  round.append(card.initials, Object.assign(document.createElement("span"), { className: "here-dot" }));
  return round;
}
