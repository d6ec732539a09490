// A post, or what is selected in it, as a quotation in Markdown with a link back.
import { say } from "./say.js";

export function quote(post) {
  const text = post.querySelector(".post-text");
  const name = post.querySelector(".person-chip-name").textContent.trim();
  const lines = (selectedIn(text) || text.innerText).trim().split("\n");
  const said = lines.map((line) => `> ${line}`.trimEnd()).join("\n");
  return `> [${say("wrote", { name })}](/posts/${post.dataset.id}):\n${said}\n\n`;
}

function selectedIn(text) {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return "";
  const isInside = text.contains(selection.anchorNode) && text.contains(selection.focusNode);
  return isInside ? selection.toString() : "";
}
