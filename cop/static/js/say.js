// What scripts say to people: words in the page's language, a polite announcement, a strip that moves nothing.
const language = document.documentElement.lang.slice(0, 2) || "en";
const { default: words } = await import(`/words/${language}.js`).catch(() => ({ default: {} }));

// The words called `name`, with {places} filled in.
export function say(name, values = {}) {
  return (words[name] ?? "").replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
}

// Several names as people say them: "Ada, Ben and Cara".
export function list(names) {
  return new Intl.ListFormat(document.documentElement.lang || "en").format(names);
}

export function clock(moment = new Date()) {
  return new Intl.DateTimeFormat(document.documentElement.lang || "en", { hour: "2-digit", minute: "2-digit" }).format(moment);
}

// Let a screen reader say it when it has finished what it is saying; the same words twice are said twice.
export function announce(region, text) {
  if (!region) return;
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 60);
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  const sprite = document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0] ?? "/static/vendor/icons.svg";
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

let strip;
let stripTimer;

// One sentence at the foot of the window, over the page; null takes it away. It goes by itself after `seconds`.
export function tell(kind, text, { seconds = 0, link = null } = {}) {
  if (!strip) {
    strip = document.createElement("div");
    strip.className = "live-strip";
    strip.setAttribute("role", "status");
    document.body.append(strip);
  }
  clearTimeout(stripTimer);
  strip.replaceChildren();
  if (!text) return;
  const box = document.createElement("div");
  box.className = `status status-${kind}`;
  const body = document.createElement("div");
  body.className = "status-body";
  body.textContent = text;
  if (link) body.append(" ", link);
  box.append(icon({ offline: "wifi-off", done: "check-circle", problem: "alert-circle" }[kind] ?? "info"), body);
  strip.append(box);
  if (seconds) stripTimer = setTimeout(() => strip.replaceChildren(), seconds * 1000);
}

// A link to sign in that comes back to this page.
export function signInLink() {
  const link = document.createElement("a");
  link.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = say("sign_in");
  return link;
}
