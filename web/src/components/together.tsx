// What the largest of something sent together, and the way back to all of them.
import { sum } from "d3-array";
import * as format from "../format";
import { words } from "../words/pages";
import { Link } from "./text";

interface TogetherProps {
  rows: readonly { messages: number }[];
  scope: URLSearchParams;
}
export function Together({ rows, scope }: TogetherProps) {
  return (
    <p>
      {words.sources.together(<strong class="messages-total">{format.count(sum(rows, (row) => row.messages))}</strong>)}{" "}
      <Link to="sources" query={scope}>{words.sources.all}</Link>
    </p>
  );
}
