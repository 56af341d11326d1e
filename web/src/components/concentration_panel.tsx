// How few sources and networks most of the mail comes from, and what part of it came from nobody that can be named.
import type { ComponentChildren } from "preact";
import { api } from "../api/client";
import type { Concentration } from "../api/types";
import { useAnswer } from "../api/use_answer";
import * as format from "../format";
import { narrowed, unsaid, withKeys } from "../query";
import { words } from "../words/pages";
import { Await, Panel } from "./panel";
import { Downloads } from "./table";
import { Link, Messages } from "./text";

export function ConcentrationPanel({ scope }: { scope: URLSearchParams }) {
  const answer = useAnswer(api.concentration(scope));
  return (
    <Panel title={words.concentration.title} actions={<Downloads of={api.sources(scope, { sort: "-messages" })} />}>
      <Await of={answer}>{(value) => <Bars of={value.data} scope={scope} />}</Await>
    </Panel>
  );
}

type Step = Concentration["top_sources"][number];

/** The messages of the largest, as a link to the list of them. */
function Largest({ what, step, scope }: { what: "top" | "networks"; step: Step; scope: URLSearchParams }) {
  return (
    <Link to="sources" query={withKeys(scope, { [what]: String(step.count) })} class="number">
      {format.count(step.messages)}
    </Link>
  );
}

function Bars({ of, scope }: { of: Concentration; scope: URLSearchParams }) {
  const text = words.concentration;
  // Steps beyond what there is would say the same again.
  const steps = (all: Step[], most: number) => all.filter((_, index) => index === 0 || (all[index - 1]?.count ?? 0) < most);
  const row = (name: string, messages: number, paint: string, number: ComponentChildren) => (
    <tr key={name}>
      <th scope="row">{name}</th>
      <td class="bar-cell" aria-hidden="true">
        <svg width="100%" height="12">
          <rect class={"bar " + paint} width={`${(100 * messages) / Math.max(1, of.messages)}%`} height="12" />
        </svg>
      </td>
      <td class="number">{number}</td>
      <td class="number faint">{format.percent(messages, of.messages)}</td>
    </tr>
  );
  return (
    <>
      <table class="bars concentration">
        <caption class="visually-hidden">{text.title}</caption>
        <tbody>
          {steps(of.top_sources, of.sources).map((step) =>
            row(text.top_sources(Math.min(step.count, of.sources), of.sources), step.messages, "combined-pass", <Largest what="top" step={step} scope={scope} />),
          )}
          {steps(of.top_networks, of.networks).map((step) =>
            row(text.top_networks(Math.min(step.count, of.networks), of.networks), step.messages, "combined-unaligned", <Largest what="networks" step={step} scope={scope} />),
          )}
          {row(text.unnamed, of.unnamed, "combined-fail", <Messages n={of.unnamed} scope={narrowed(scope, "ip", unsaid("ip"))} />)}
        </tbody>
      </table>
      <p class="hint">{text.hint}</p>
    </>
  );
}
