import { render } from "preact";
import { App } from "./app";
import { startAbsoluteLinks } from "./base";
import { useLanguage } from "./format";
import { startNavigation } from "./navigation";
import { chosenLanguage } from "./preferences";
import { speak } from "./words";

const root = document.getElementById("app");
if (!root) throw new Error("no #app in index.html");
useLanguage();
await speak(chosenLanguage());
startAbsoluteLinks();
startNavigation();
render(<App />, root);
