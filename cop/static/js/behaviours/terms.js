// Terms while they are typed.
import { complete } from "../completing.js";

export function attach(field) {
  complete(field, { list: "terms", found: "terms_found" }, ({ name, parent, alias }) => ({
    name,
    beside: [alias, parent].filter(Boolean).join(" · "),
    typed: name,
  }));
}
