// The address below which everything of ours stands. The server writes it into the page; a <base> element would do, but
// the content security policy allows none, because an injected one could move every relative address.
import { options } from "preact";

const written = document.querySelector<HTMLMetaElement>('meta[name="base"]')?.content ?? "/";

export const base = new URL(written, location.origin);

/** Addresses are written relative to the base everywhere; here links become what a browser needs. */
export function startAbsoluteLinks(): void {
  const before = options.vnode;
  options.vnode = (vnode) => {
    const props = vnode.props as { href?: unknown };
    if (vnode.type === "a" && typeof props.href === "string" && !props.href.startsWith("#"))
      props.href = new URL(props.href, base).href;
    before?.(vnode);
  };
}
