// A result class is never told by colour alone: shape, word and colour.
import type { JSX } from "preact";
import type { ResultClass } from "../api/types";
import { words } from "../words";

const shapes: Record<ResultClass, JSX.Element> = {
  pass_both: (
    <>
      <circle cx="8" cy="8" r="7" class="fill" />
      <path d="M4.6 8.3l2.4 2.4 4.4-5" class="cut" />
    </>
  ),
  pass_one: (
    <>
      <circle cx="8" cy="8" r="6" class="line" />
      <path d="M8 2a6 6 0 0 0 0 12z" class="fill" />
    </>
  ),
  fail_delivered: (
    <>
      <path d="M8 1.2 15.4 14.4H.6z" class="fill" />
      <path d="M8 6v4M8 11.6v1" class="cut" />
    </>
  ),
  fail_stopped: (
    <>
      <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" class="fill" />
      <path d="M4.5 8h7" class="cut" />
    </>
  ),
  unknown: <circle cx="8" cy="8" r="6" class="line dashed" />,
};

export function ClassIcon({ name }: { name: ResultClass }) {
  return (
    <svg class={`class-icon ${name}`} viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      {shapes[name]}
    </svg>
  );
}

export function ClassMark({ name }: { name: ResultClass }) {
  return (
    <span class="class-mark" title={words.class_meaning[name]}>
      <ClassIcon name={name} /> {words.classes[name]}
    </span>
  );
}
