// A part of a page that is loaded when it is first drawn, with the words that only pages need.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return function Later(props: Props) {
    const [Part, setPart] = useState<ComponentType<Props> | null>(null);
    useEffect(() => {
      let wanted = true;
      void Promise.all([load(), import("../words/pages").then((words) => words.speakPages())]).then(
        ([part]) => wanted && setPart(() => part),
      );
      return () => void (wanted = false);
    }, []);
    return Part && <Part {...props} />;
  };
}
