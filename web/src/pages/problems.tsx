// What an error of the API means: where the `type` of a problem leads to.
import { Facts } from "../components/facts";
import { PageHead } from "../components/page";
import { Panel } from "../components/panel";
import { useAnchor } from "../navigation";
import { words } from "../words/pages";

export function Problems() {
  useAnchor();
  const text = words.problems;
  return (
    <>
      <PageHead title={text.title}>
        <p>{text.answer}</p>
      </PageHead>
      <Panel>
        <Facts of={Object.entries(text.codes).map(([code, meaning]) => [<code id={code.replaceAll("_", "-")}>{code}</code>, meaning])} />
      </Panel>
    </>
  );
}
