// The values of filters in words.
import type { Filter } from "../query";
import { words } from ".";

export function sayValue({ field, value }: Pick<Filter, "field" | "value">): string {
  if (field === "class") return words.classes[value as keyof typeof words.classes] ?? value;
  if (field === "disposition") return words.dispositions[value as keyof typeof words.dispositions] ?? value;
  if (field === "combination") return words.combinations[value] ?? value;
  if (value === "unknown") return words.not_said;
  return value;
}
