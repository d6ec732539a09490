// The one entry: gives every [data-behaviour] element its behaviour, now and when a part is inserted later.
// behaviours/<name>.js exports attach(element). The page must be usable before, and without, any of them.
const attached = new WeakMap();

async function attachTo(element) {
  const names = attached.get(element) ?? new Set();
  attached.set(element, names);
  for (const name of element.dataset.behaviour.split(/\s+/).filter(Boolean)) {
    if (names.has(name)) continue;
    names.add(name);
    try {
      const behaviour = await import(`./behaviours/${name}.js`);
      behaviour.attach(element);
    } catch (error) {
      console.error(`behaviour ${name}:`, error);
    }
  }
}

// Attach the behaviours of root and everything in it. Safe to call twice on the same element.
export function enhance(root = document) {
  if (root instanceof Element && root.matches("[data-behaviour]")) attachTo(root);
  for (const element of root.querySelectorAll("[data-behaviour]")) attachTo(element);
}

document.documentElement.classList.add("js");
enhance();

new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) if (node instanceof Element) enhance(node);
  }
}).observe(document.body, { childList: true, subtree: true });
