// Requests to our own server, and the four ways in which one can fail.
export class Away extends Error {} // nobody answered: no network, or not in time (`slow`)
export class SignedOut extends Error {} // the login lapsed
export class SomebodyElse extends SignedOut {} // another person is signed in in this browser by now
export class Refused extends Error {
  // the server said no; the message is its sentence
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

const meta = (name) => document.querySelector(`meta[name="${name}"]`);
export const person = () => meta("person")?.content ?? "";
export const token = () => meta("csrf-token")?.content ?? "";

// Ask, and return {status, data, page}: what JSON said, or the page that a form led to.
export async function send(url, { method = "POST", form, json, keepalive = false, seconds = 20 } = {}, again = true) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = token();
  if (json) headers["Content-Type"] = "application/json";
  let answer, text;
  try {
    const signal = AbortSignal.timeout(seconds * 1000);
    answer = await fetch(url, { method, headers, body: form ?? (json && JSON.stringify(json)), keepalive, signal });
    text = await answer.text();
  } catch (error) {
    throw Object.assign(new Away(error.message), { slow: error.name === "TimeoutError" });
  }
  const isPage = answer.headers.get("Content-Type")?.startsWith("text/html");
  if (answer.redirected && isPage && answer.ok) {
    // Led to another page: either the deed is done, or that is where one signs in.
    const whose = person() ? same(text) : "same";
    if (whose !== "same") throw new (whose === "nobody" ? SignedOut : SomebodyElse)();
    return { status: answer.status, page: answer.url };
  }
  if (answer.redirected || answer.status === 401 || (answer.status === 400 && method !== "GET")) {
    // An old token, or nobody is signed in any more: the page itself tells which.
    const now = await renew();
    if (now === "nobody") throw new SignedOut();
    if (now === "other") throw new SomebodyElse();
    if (again) return send(url, renewed({ method, form, json, keepalive, seconds }), false);
  }
  const data = isPage ? {} : parsed(text);
  if (answer.status === 422 || answer.ok) return { status: answer.status, data };
  throw new Refused(data.error ?? "", answer.status);
}

function parsed(text) {
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return {};
  }
}

function renewed(what) {
  if (what.form?.has?.("csrf_token")) what.form.set("csrf_token", token());
  return what;
}

// Whose page is this? The same person's, nobody's, or another one's. The same person's token is taken over.
function same(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const now = page.querySelector('meta[name="person"]')?.content ?? "";
  if (!now) return "nobody";
  if (now !== person()) return "other";
  const fresh = page.querySelector('meta[name="csrf-token"]')?.content;
  if (fresh) {
    meta("csrf-token").content = fresh;
    for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = fresh;
  }
  return "same";
}

async function renew() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(10000) });
    return same(await answer.text());
  } catch (error) {
    throw new Away(error.message);
  }
}
