// Names of people while they are typed; of those with one name, the word of their page is what is typed.
import { complete } from "../completing.js";

export function attach(field) {
  complete(field, { list: "people", found: "people_found" }, (person) => person);
}
