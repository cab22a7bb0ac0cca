/** Starts the code of the page, which the page holds as a block; its policy names the hash of it. */

import { bytesOf, fail } from "./blocks.js";

bytesOf("bnviz-code").then((code) => {
  const script = document.createElement("script");
  script.type = "module";
  script.textContent = new TextDecoder().decode(code);
  document.head.append(script);
}, fail);
