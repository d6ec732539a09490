// On a phone the row of tabs scrolls: start with the current one in sight.
export function attach(list) {
  const current = list.querySelector("[aria-current]");
  if (current) list.scrollLeft = current.offsetLeft - (list.clientWidth - current.offsetWidth) / 2;
}
