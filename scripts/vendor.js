/**
 * Bundles what the live view uses of d3 into assets/live/vendor, each package as one ES module with its license:
 * npm run vendor. With --check it only compares, so that the vendored code is what the packages say.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

/**
 * What is used. d3-scale, d3-contour and d3-color were measured and left out: a d3 scale takes 3.5 times as long per
 * point as ours, for 29 kB more; d3-contour takes 6 to 10 times as long as our table of cases, closes its rings along
 * the edge of the plot, and takes a missing loss for minus infinity; d3-color has no OKLab, which the color ramps need.
 */
const USED = { "d3-array": ["bisector", "bisectRight", "extent", "mean", "ticks"] };

/**
 * @param {string} name
 * @param {string[]} names
 * @returns {Promise<Record<string, string>>} content by file
 */
async function bundle(name, names) {
  const contents = `export { ${names.join(", ")} } from "${name}";\n`;
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  const license = readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim();
  const banner = { js: `/*! ${name} ${version}, bundled by scripts/vendor.js\n\n${license}\n*/` };
  const stdin = { contents, resolveDir: "." };
  const { outputFiles } = await build({ stdin, bundle: true, format: "esm", minify: true, banner, write: false });
  return { [`${name}.js`]: outputFiles[0].text, [`${name}.d.ts`]: contents };
}

const folder = "assets/live/vendor";
mkdirSync(folder, { recursive: true });
for (const [name, names] of Object.entries(USED)) {
  for (const [file, content] of Object.entries(await bundle(name, names))) {
    const path = `${folder}/${file}`;
    if (!process.argv.includes("--check")) writeFileSync(path, content);
    else if (readFileSync(path, "utf8") !== content) throw new Error(`${path} is not what npm run vendor writes`);
  }
}
