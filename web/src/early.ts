// Before anything is drawn: the theme and language a reader chose, so that the page does not flash.
import { chosenLanguage, chosenTheme, showTheme } from "./preferences";

showTheme(chosenTheme());
document.documentElement.lang = chosenLanguage();
