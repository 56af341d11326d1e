// What can a program ask? Made from the same document that programs read.
import { api } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { PageHead } from "../components/page";
import { Await, Panel } from "../components/panel";
import { Table } from "../components/table";
import { Link } from "../components/text";
import { useAnchor } from "../navigation";
import { byTag, type Listed, type OpenApi, type Parameter, type Reply, resolved, type Schema, typeText } from "../openapi";
import { words } from "../words/pages";

export function ApiReference() {
  const question = api.openapi();
  const answer = useAnswer(question);
  const text = words.reference;
  return (
    <>
      <PageHead title={text.title}>
        <p>
          {text.answer} <a href={question.address}>openapi.json</a>
        </p>
      </PageHead>
      <Await of={answer}>{(document) => <Reference of={document} />}</Await>
    </>
  );
}

// What stands between backticks is code.
const prose = (text: string) => text.split("`").map((part, index) => (index % 2 ? <code>{part}</code> : part));

function Reference({ of }: { of: OpenApi }) {
  useAnchor();
  const text = words.reference;
  const groups = byTag(of);
  return (
    <div lang="en">
      {of.info.description.split("\n\n").map((part) => (
        <p key={part}>{prose(part)}</p>
      ))}
      <nav aria-label={text.contents}>
        <ul class="contents">
          {groups.map((group) => (
            <li key={group.tag}>
              <strong>{group.tag}</strong>
              <ul>
                {group.operations.map((one) => (
                  <li key={one.operation.operationId}>
                    <Link to={`help/api#${one.operation.operationId}`}>
                      <code>
                        {one.method} {one.path}
                      </code>
                    </Link>
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      </nav>
      {groups.map((group) => (
        <Panel key={group.tag} title={group.tag}>
          <p>{group.description}</p>
          {group.operations.map((one) => (
            <Route key={one.operation.operationId} of={of} listed={one} />
          ))}
        </Panel>
      ))}
      <Panel title={text.shapes}>
        {Object.entries(of.components["schemas"] ?? {}).map(([name, schema]) => (
          <details key={name} id={"shape-" + name}>
            <summary>
              <code>{name}</code>
            </summary>
            <pre tabIndex={0}>{typeText(schema as Schema)}</pre>
          </details>
        ))}
      </Panel>
    </div>
  );
}

function Route({ of, listed: { method, path, operation } }: { of: OpenApi; listed: Listed }) {
  const text = words.reference;
  const parameters = (operation.parameters ?? []).map((one) => resolved<Parameter>(of, one));
  const bodies = Object.entries(operation.requestBody?.content ?? {});
  return (
    <section class="route" id={operation.operationId}>
      <h3>
        <code>
          {method} {path}
        </code>
      </h3>
      <p>
        {operation.summary}. {prose(operation.description ?? "")}
      </p>
      {parameters.length > 0 && (
        <details>
          <summary>{text.parameters(parameters.length)}</summary>
          <Table
            caption={text.parameters(parameters.length)}
            rows={parameters}
            columns={[
              { key: "name", title: text.name, head: true, cell: (row) => <code>{row.name}</code> },
              { key: "type", title: text.type, cell: (row) => <code class="type">{typeText(resolved(of, row.schema))}</code> },
              { key: "what", title: text.meaning, wide: true, cell: (row) => [row.required && text.required, " ", prose(row.description ?? "")] },
            ]}
          />
        </details>
      )}
      {bodies.map(([kind, { schema }]) => (
        <p key={kind}>
          {text.body} <code>{kind}</code>: {schema.description ?? <code>{typeText(schema)}</code>}
        </p>
      ))}
      <dl class="facts">
        {Object.entries(operation.responses).map(([status, reply]) => (
          <Answer key={status} status={status} reply={resolved<Reply>(of, reply)} />
        ))}
      </dl>
    </section>
  );
}

function Answer({ status, reply }: { status: string; reply: Reply }) {
  const contents = Object.entries(reply.content ?? {});
  return (
    <>
      <dt>
        <code>{status}</code>
      </dt>
      <dd>
        {prose(reply.description)}{" "}
        {contents.map(([kind, { schema }]) => (
          <span key={kind} class="faint">
            <code>{kind}</code> {schema.$ref && <code>{typeText(schema)}</code>}{" "}
          </span>
        ))}
        {contents.flatMap(([, content]) =>
          Object.entries(content.examples ?? {}).map(([name, example]) => (
            <details key={name}>
              <summary>
                {words.reference.example} <code>{example["x-request"]}</code>
              </summary>
              <pre tabIndex={0}>{typeof example.value === "string" ? example.value : JSON.stringify(example.value, null, 2)}</pre>
            </details>
          )),
        )}
      </dd>
    </>
  );
}
