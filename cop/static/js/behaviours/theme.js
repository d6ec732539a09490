// The preference forms in the foot: change the page at once and tell the server, instead of loading the page again.
const ATTRIBUTES = { theme: "theme", text_size: "textSize" };

export function attach(form) {
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    const attribute = ATTRIBUTES[button?.name];
    if (!attribute) return;
    event.preventDefault();
    const data = new FormData(form);
    data.set(button.name, button.value);
    document.documentElement.dataset[attribute] = button.value;
    for (const other of form.querySelectorAll(`[name="${button.name}"]`)) other.setAttribute("aria-pressed", String(other === button));
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data), redirect: "manual" });
      if (answer.status >= 400) throw new Error(answer.status);
    } catch (error) {
      console.error("preference not saved:", error);
    }
  });
}
