import { render } from "preact";
import { App } from "./app";
import { startAbsoluteLinks } from "./base";
import { days, useLanguage } from "./format";
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
// The first days that are written take longest: they are, for nobody, while the server is asked.
setTimeout(() => days("2026-01-01", "2026-12-31"));
