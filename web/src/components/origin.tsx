// Where something was read: the mailbox or file, and the place in it.
import { words } from "../words/pages";
import { Stranger } from "./text";

interface OriginProps {
  origin: string;
  position: string;
  short?: boolean; // the last name of a path alone
}
export function Origin({ origin, position, short }: OriginProps) {
  return (
    <>
      <span title={origin}>
        <Stranger text={short ? (origin.split("/").findLast((name) => name !== "") ?? origin) : origin} />
      </span>
      {position && (
        <span class="faint">
          {" "}
          {words.report.position} <Stranger text={position} />
        </span>
      )}
    </>
  );
}
