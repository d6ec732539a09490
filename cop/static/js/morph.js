// Make an element look like a fresh copy of itself by touching only what differs, so that focus, selection, open
// menus and loaded pictures stay. Small on purpose: parts keep their shape, and come whole from our own templates.
const KEPT = new Set(["open"]);

export function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (!alike(old, fresh)) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !KEPT.has(name)) old.removeAttribute(name);
  children(old, fresh);
}

function children(old, fresh) {
  let next = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const found = match(next, wanted);
    if (!found) {
      old.insertBefore(wanted, next);
      continue;
    }
    while (next !== found) next = drop(next);
    next = found.nextSibling;
    morph(found, wanted);
  }
  while (next) next = drop(next);
}

function drop(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

// Text matches only where it stands; an element is looked for further on too.
function match(from, wanted) {
  if (wanted.nodeType !== Node.ELEMENT_NODE) return from && alike(from, wanted) ? from : null;
  for (let node = from; node; node = node.nextSibling) if (alike(node, wanted)) return node;
  return null;
}

function alike(a, b) {
  if (a.nodeName !== b.nodeName) return false;
  return a.nodeType !== Node.ELEMENT_NODE || (a.id === b.id && a.classList[0] === b.classList[0]);
}

// The one element that a piece of our own HTML describes.
export function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return document.importNode(template.content.firstElementChild, true);
}
