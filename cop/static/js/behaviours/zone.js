// Beside the field for a time zone: a button with the zone of this device, where that is another one.
export function attach(field) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll("_", " ");
  const button = field.form.querySelector("[data-zone]");
  const isKnown = [...field.list.options].some((option) => option.value === here);
  if (!isKnown || field.value === here) return;
  button.textContent = button.dataset.zone.replace("{zone}", here);
  button.addEventListener("click", () => {
    field.value = here;
    field.focus();
    button.parentElement.hidden = true;
  });
  button.parentElement.hidden = false;
}
