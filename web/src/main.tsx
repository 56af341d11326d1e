import { render } from "preact";
import { App } from "./app";
import { startAbsoluteLinks } from "./base";
import { count, day, days, useLanguage } from "./format";
import { currentPlace, startNavigation } from "./navigation";
import { chosenLanguage } from "./preferences";
import { startPrinting } from "./printing";
import { route } from "./routes";
import { speak } from "./words";

const root = document.getElementById("app");
if (!root) throw new Error("no #app in index.html");
useLanguage();
// Fetched while the words are; the app asks again, and says so where it fails.
route(currentPlace().path)?.load().catch(() => {});
await speak(chosenLanguage());
startAbsoluteLinks();
startNavigation();
startPrinting();
render(<App />, root);
// The first number and the first days that are written take longest: they are, for nobody, while the server is asked,
// each in a task of its own.
const first = [() => count(0), () => day("2026-01-01"), () => days("2026-01-01", "2026-12-31")];
const writeFirst = () => {
  first.shift()?.();
  if (first.length > 0) setTimeout(writeFirst);
};
setTimeout(writeFirst);
