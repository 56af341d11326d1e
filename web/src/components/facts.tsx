// Terms and what is known of each; those of which nothing is known are left out.
import { type ComponentChildren, Fragment } from "preact";

export type Fact = [term: ComponentChildren, value: ComponentChildren | null];

export function Facts({ of }: { of: Fact[] }) {
  return (
    <dl class="facts">
      {of.map(
        ([term, value], index) =>
          value !== null && (
            <Fragment key={index}>
              <dt>{term}</dt>
              <dd>{value}</dd>
            </Fragment>
          ),
      )}
    </dl>
  );
}
