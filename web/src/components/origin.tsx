// Where something was read: the mailbox or file, and the place in it.
import { words } from "../words";
import { Stranger } from "./text";

export function Origin({ origin, position }: { origin: string; position: string }) {
  return (
    <>
      <Stranger text={origin} />
      {position && (
        <span class="faint">
          {" "}
          {words.report.position} <Stranger text={position} />
        </span>
      )}
    </>
  );
}
