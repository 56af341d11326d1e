// The classes of one row as a bar of fixed width.
import type { Classes } from "../api/types";
import { resultClasses } from "../classes";
import { percent } from "../format";
import { words } from "../words";

export function ShareBar({ counts }: { counts: Classes }) {
  if (counts.messages <= 0) return null;
  let left = 0;
  const parts: { name: string; x: number; width: number }[] = [];
  const said: string[] = [];
  for (const name of resultClasses) {
    const n = counts[name];
    if (n === 0) continue;
    const width = Math.max((100 * n) / counts.messages, 0.8); // few are seen all the same
    parts.push({ name, x: Math.min(left, 100 - width), width });
    left += (100 * n) / counts.messages;
    said.push(`${words.classes[name]} ${percent(n, counts.messages)}`);
  }
  const label = said.join(", ");
  return (
    <svg class="share-bar" width="100%" height="10" role="img" aria-label={words.share(label)}>
      <title>{label}</title>
      {parts.map((part) => (
        <rect key={part.name} class={"bar " + part.name} x={part.x + "%"} width={part.width + "%"} y="0" height="10" />
      ))}
    </svg>
  );
}
