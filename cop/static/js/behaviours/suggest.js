// Offers what may be meant while somebody types in the search box. The script for it comes when somebody goes there: most
// pages are only read.
export function attach(field) {
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false" })) {
    field.setAttribute(name, value);
  }
  field.autocomplete = "off";
  const load = async () => (await import("../suggestions.js")).suggest(field);
  if (document.activeElement === field) load();
  else field.addEventListener("focus", load, { once: true });
}
