// Put the focus where the reader should go on, such as the list of mistakes above a form.
export function attach(element) {
  element.focus();
}
