// Which page answers which path. Each is loaded when it is first asked for.
import type { ComponentType } from "preact";

/** What a page is given: the decoded names in its path. Its window and filters are in the place. */
export interface PageProps {
  name: string;
}
type Load = () => Promise<ComponentType<PageProps>>;

const overview: Load = async () => (await import("./pages/overview")).Overview;

const exact: Record<string, Load> = {
  "": overview,
};
const named: [string, Load][] = [
];

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function route(path: string): { load: Load; name: string } | null {
  const load = exact[path];
  if (load) return { load, name: "" };
  for (const [prefix, page] of named)
    if (path.startsWith(prefix) && path.length > prefix.length && !path.slice(prefix.length).includes("/"))
      return { load: page, name: decoded(path.slice(prefix.length)) };
  return null;
}
