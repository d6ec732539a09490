// The connection of this page: hears that something happened, and otherwise asks every few seconds.
//
// watch({room, seq(), catchUp(), here(), writing(), evicted()}): `catchUp` fetches what the page has missed. It is called
// when the room is heard, when joining it shows a higher number, and every 2.5 s while the page is not in the room.
import { say, signInLink, tell } from "./say.js";
import { Away } from "./send.js";

const POLL_MS = 2500;
const ASLEEP_MS = 120_000; // a page out of sight lets its connection go: each one holds a thread of the server
const JOIN_MS = 8000;
const REFUSED_MS = 60_000; // told that there is no room: try again after this long, a little later for some

const watchers = new Map();
const listeners = []; // [event, call]: for what comes without a room being joined, as the bell does
let socket = null;
let isLost = false;
let isAsleep = false;
let pollTimer;
let sleepTimer;

export function watch(watcher) {
  watchers.set(watcher.room, watcher);
  begin();
  schedule();
  if (socket?.connected) join(watcher);
}

// Call back when an event comes for this person's own pages.
export function listen(event, call) {
  listeners.push([event, call]);
  socket?.on(event, call);
  begin();
}

// Say that this person is writing in a room.
export function sayWriting(room) {
  if (socket?.connected) socket.volatile.emit("writing", { room });
}

let begun = false;
function begin() {
  if (begun) return;
  begun = true;
  document.addEventListener("visibilitychange", seen);
  addEventListener("online", () => wake());
  addEventListener("offline", () => {
    socket?.disconnect();
    lost();
  });
  addEventListener("pagehide", () => socket?.disconnect());
  addEventListener("pageshow", (event) => event.persisted && wake());
  connect();
}

async function connect() {
  try {
    const { io } = await import("../vendor/socket.io.js");
    socket = io({ transports: ["websocket"], timeout: 8000, reconnectionDelayMax: 30_000 });
  } catch {
    return; // the library did not come: this page goes on by asking
  }
  socket.on("connect", () => {
    for (const watcher of watchers.values()) join(watcher);
    if (watchers.size) return;
    mark("on");
    found();
  });
  socket.on("disconnect", (reason) => {
    for (const watcher of watchers.values()) watcher.isIn = false;
    mark("off");
    schedule();
    if (reason === "io server disconnect") later();
  });
  socket.on("connect_error", () => {
    if (!socket.active) later(); // refused with a reason, so the library does not try again by itself
  });
  socket.on("heard", ({ room, seq }) => behind(room, seq));
  socket.on("at", ({ room, seq }) => behind(room, seq));
  socket.on("here", (message) => watchers.get(message.room)?.here?.(message));
  socket.on("writing", (message) => watchers.get(message.room)?.writing?.(message.person));
  socket.on("evicted", ({ room }) => catchUp(watchers.get(room)));
  socket.on("signed out", () => tell("problem", say("signed_out"), { link: signInLink() }));
  for (const [event, call] of listeners) socket.on(event, call);
}

// Said on <html data-live>, for styles and tests.
function mark(state) {
  document.documentElement.dataset.live = state;
}

function later() {
  setTimeout(() => !isAsleep && socket.connect(), REFUSED_MS * (1 + Math.random()));
}

// Until the room has answered, the page goes on by asking: what is said and what is answered may both get lost.
function join(watcher) {
  socket.timeout(JOIN_MS).emit("join", { room: watcher.room }, (error, answer) => {
    if (!socket.connected) return; // the next connection joins anew
    if (error) return join(watcher);
    watcher.isIn = true;
    mark("on");
    if (!answer.ok || answer.seq > watcher.seq() || isLost) catchUp(watcher);
  });
}

function behind(room, seq) {
  const watcher = watchers.get(room);
  if (watcher && seq > watcher.seq()) catchUp(watcher, seq);
}

// One request at a time for each room; what is heard meanwhile is asked for afterwards, if it did not come along.
// Resolves when all has come, up to the number `seq` if one is given.
function catchUp(watcher, seq = Infinity) {
  if (!watcher) return Promise.resolve();
  watcher.wanted = Math.max(watcher.wanted ?? 0, seq);
  watcher.asking ??= ask(watcher).finally(() => (watcher.asking = null));
  return watcher.asking;
}

async function ask(watcher) {
  try {
    do {
      watcher.wanted = 0;
      await watcher.catchUp();
    } while (watcher.wanted > watcher.seq());
    found();
  } catch (error) {
    if (error instanceof Away) lost();
    else console.warn("catching up:", error);
  }
}

// Something of our own was sent: ask at once, unless it has come by itself meanwhile.
export async function refresh(room, isThere = () => false) {
  const watcher = watchers.get(room);
  await watcher?.asking;
  if (!isThere()) await catchUp(watcher);
}

function schedule() {
  clearTimeout(pollTimer);
  pollTimer = setTimeout(poll, POLL_MS);
}

async function poll() {
  const asking = [...watchers.values()].filter((watcher) => isLost || !watcher.isIn);
  if (!asking.length) return;
  if (!document.hidden) await Promise.all(asking.map((watcher) => catchUp(watcher)));
  schedule();
}

function lost() {
  schedule();
  if (isLost) return;
  isLost = true;
  tell("offline", say("lost"));
}

function found() {
  if (!isLost) return;
  isLost = false;
  tell("done", say("back"), { seconds: 8 });
}

function seen() {
  clearTimeout(sleepTimer);
  if (document.hidden) {
    sleepTimer = setTimeout(() => {
      isAsleep = true;
      socket?.disconnect();
    }, ASLEEP_MS);
  } else wake();
}

function wake() {
  isAsleep = false;
  if (socket && !socket.connected) socket.connect();
  schedule();
  for (const watcher of watchers.values()) if (!watcher.isIn) catchUp(watcher);
}
