// A button that opens the browser's own printing.
export function attach(button) {
  button.addEventListener("click", () => print());
}
