// The address below which everything of ours stands. The server writes it into the page; a <base> element would do, but
// the content security policy allows none, because an injected one could move every relative address.
import { options } from "preact";

const written = document.querySelector<HTMLMetaElement>('meta[name="base"]')?.content ?? "/";

export const base = new URL(written, location.origin);

// A path below the base needs no parsing: most links are such, and a page has hundreds of them.
const plain = /^[a-z]+(?:[/?]|$)/;
const absolute = (address: string): string => (plain.test(address) ? base.href + address : new URL(address, base).href);

/** Addresses are written relative to the base everywhere; here links become what a browser needs. */
export function startAbsoluteLinks(): void {
  const before = options.vnode;
  options.vnode = (vnode) => {
    const props = vnode.props as { href?: unknown };
    if (vnode.type === "a" && typeof props.href === "string" && !props.href.startsWith("#"))
      props.href = absolute(props.href);
    before?.(vnode);
  };
}
