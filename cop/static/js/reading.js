// How far somebody has read: a post counts once it was on screen for a second with the page in sight.
import { token } from "./send.js";

const READ_MS = 1000;
const SEND_MS = 2000;

export class Reading {
  // `read(mark)` is called when it has moved.
  constructor({ mark, url, read }) {
    this.read = read;
    this.mark = mark; // the last number read, as far as we know
    this.url = url;
    this.told = mark;
    this.since = new Map(); // the posts on screen, and since when
    this.observer = new IntersectionObserver((entries) => this.seen(entries), { threshold: [0, 0.25, 0.5, 0.75, 1] });
    document.addEventListener("visibilitychange", () => this.restart());
    addEventListener("pagehide", () => this.tell(true));
  }

  watch(post) {
    if (Number(post.dataset.post) > this.mark) this.observer.observe(post);
  }

  seen(entries) {
    for (const { target, intersectionRatio, intersectionRect, rootBounds } of entries) {
      // Half of it, or so much that it fills half the window.
      const isOn = intersectionRatio >= 0.5 || intersectionRect.height >= (rootBounds?.height ?? innerHeight) / 2;
      if (!isOn) this.since.delete(target);
      else if (!this.since.has(target)) this.since.set(target, performance.now());
    }
    this.wait();
  }

  restart() {
    for (const post of this.since.keys()) this.since.set(post, performance.now());
    if (document.hidden) this.tell();
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    if (document.hidden || !this.since.size) return;
    const soonest = Math.min(...this.since.values()) + READ_MS - performance.now();
    this.timer = setTimeout(() => this.count(), Math.max(soonest, 0) + 10);
  }

  count() {
    const now = performance.now();
    const before = this.mark;
    for (const [post, since] of this.since) {
      if (now - since < READ_MS) continue;
      this.since.delete(post);
      this.observer.unobserve(post);
      this.mark = Math.max(this.mark, Number(post.dataset.post));
    }
    if (this.mark > before) this.read(this.mark);
    if (this.mark > this.told && !this.sending) this.sending = setTimeout(() => this.tell(), SEND_MS);
    this.wait();
  }

  // Tell the server; `last`: the page goes away. A mark never goes back, so one that gets lost does no harm.
  tell(last = false) {
    clearTimeout(this.sending);
    this.sending = null;
    if (this.mark <= this.told) return;
    const number = this.mark;
    const body = new URLSearchParams({ number, csrf_token: token() });
    this.told = number;
    if (last) {
      navigator.sendBeacon(this.url, body);
      return;
    }
    fetch(this.url, { method: "POST", body, keepalive: true, headers: { Accept: "application/json" } }).catch(() => (this.told = 0));
  }
}
