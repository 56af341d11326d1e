// On paper nothing can be opened: what is folded away is opened before, and closed again afterwards.
import { options } from "preact";

export function startPrinting(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    const before = options.debounceRendering;
    options.debounceRendering = (draw) => draw(); // the browser does not wait
    opened = [...document.querySelectorAll<HTMLDetailsElement>("main details:not([open])")];
    for (const one of opened) {
      one.open = true;
      one.dispatchEvent(new Event("toggle"));
    }
    if (before) options.debounceRendering = before;
    else delete options.debounceRendering;
  });
  addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
    opened = [];
  });
}
