// Which part of a chosen picture is kept: moved and zoomed by mouse, touch and keys, and shown as it will look. The
// server cuts it; the form sends three fractions. Without this the middle is kept.
import { announce, say } from "../say.js";

const LARGEST = 1600; // points of a side are enough to look at
const STEP = 0.04; // of the part, for each press of an arrow key
const ZOOM = 1.1; // for each press of + or −
const SHADE = "rgb(0 0 0 / 50%)";

export function attach(form) {
  const box = form.querySelector("[data-crop]");
  const stage = box.querySelector(".crop-stage");
  const previews = box.querySelectorAll(".crop-preview");
  const zoom = box.querySelector("input[type=range]");
  const told = box.querySelector("[role=status]");
  const input = form.elements.picture;
  const pointers = new Map();
  let picture;
  let part; // in points of `picture`: left, top and side

  input.addEventListener("change", choose);
  if (input.files.length) choose(); // chosen before this was there

  async function choose() {
    const [file] = input.files;
    picture = undefined;
    write("", "", "");
    const loaded = file && (await read(file));
    if (file !== input.files[0]) return; // another one has been chosen meanwhile
    box.hidden = !loaded;
    if (!loaded) return; // what is no picture is refused by the server, in words
    picture = loaded;
    const side = Math.min(picture.width, picture.height);
    part = { left: (picture.width - side) / 2, top: (picture.height - side) / 2, side };
    show();
  }

  function write(x, y, size) {
    form.elements.crop_x.value = x;
    form.elements.crop_y.value = y;
    form.elements.crop_size.value = size;
  }

  function show() {
    const shorter = Math.min(picture.width, picture.height);
    part.left = between(0, part.left, picture.width - part.side);
    part.top = between(0, part.top, picture.height - part.side);
    const shares = [part.left / picture.width, part.top / picture.height, part.side / shorter];
    write(...shares.map((share) => share.toFixed(5)));
    zoom.value = Math.round((100 * shorter) / part.side);
    for (const canvas of [stage, ...previews]) draw(canvas);
    shade(stage);
  }

  function draw(canvas) {
    const context = canvas.getContext("2d");
    context.fillStyle = "white"; // what is see-through becomes white
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, part.left, part.top, part.side, part.side, 0, 0, canvas.width, canvas.height);
  }

  // Move the picture under the frame by shares of the frame.
  function move(across, down) {
    part.left -= across * part.side;
    part.top -= down * part.side;
    show();
  }

  function zoomTo(times) {
    const shorter = Math.min(picture.width, picture.height);
    const side = shorter / between(zoom.min / 100, times, zoom.max / 100);
    part.left += (part.side - side) / 2; // the middle stays where it is
    part.top += (part.side - side) / 2;
    part.side = side;
    show();
  }

  const zoomed = () => Math.min(picture.width, picture.height) / part.side;

  zoom.addEventListener("input", () => zoomTo(zoom.value / 100));

  const keys = {
    ArrowLeft: () => move(-STEP, 0),
    ArrowRight: () => move(STEP, 0),
    ArrowUp: () => move(0, -STEP),
    ArrowDown: () => move(0, STEP),
    "+": () => zoomTo(zoomed() * ZOOM),
    "=": () => zoomTo(zoomed() * ZOOM), // the key of + without shift
    "-": () => zoomTo(zoomed() / ZOOM),
  };
  stage.addEventListener("keydown", (event) => {
    const deed = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
    const per = (share) => Math.round(100 * share);
    announce(told, say("crop", { across: per(part.left / picture.width), down: per(part.top / picture.height), zoom: zoom.value }));
  });

  stage.addEventListener("pointerdown", (event) => {
    stage.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, event);
  });
  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, (event) => pointers.delete(event.pointerId));
  stage.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const apart = distance(pointers);
    pointers.set(event.pointerId, event);
    if (apart) zoomTo((zoomed() * distance(pointers)) / apart);
    else move((event.clientX - before.clientX) / stage.clientWidth, (event.clientY - before.clientY) / stage.clientHeight);
  });
}

// The picture of a file, upright and not too large; undefined when it is none.
async function read(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    const scale = Math.min(1, LARGEST / Math.max(image.naturalWidth, image.naturalHeight));
    const size = { width: Math.max(1, image.naturalWidth * scale), height: Math.max(1, image.naturalHeight * scale) };
    const canvas = Object.assign(document.createElement("canvas"), size);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  } catch {
    return undefined;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

// Outside the circle in which faces are shown.
function shade(canvas) {
  const context = canvas.getContext("2d");
  context.fillStyle = SHADE;
  context.beginPath();
  context.rect(0, 0, canvas.width, canvas.height);
  context.arc(canvas.width / 2, canvas.height / 2, canvas.width / 2, 0, 2 * Math.PI);
  context.fill("evenodd");
}

// Between two fingers; 0 while there are not two.
function distance(pointers) {
  const [one, other] = pointers.values();
  return pointers.size === 2 ? Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) : 0;
}

function between(least, value, most) {
  return Math.max(least, Math.min(value, most));
}
