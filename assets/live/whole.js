/**
 * The view with all its panels: what a page asks for. The server sends it as one file, with all that it imports
 * (bnviz/web/joined.py): 96 modules took a browser six at a time.
 */

import { provideAll } from "./all_panels.js";
import { begin } from "./early.js";
import { mount } from "./main.js";

provideAll();

export { begin, mount };
