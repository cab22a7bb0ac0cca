/** The formulas of assets/stage/math against the numbers that Python wrote (tests/golden/stage_math). */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const MODULES = new URL("../../assets/stage/math/", import.meta.url);
const GOLDEN = new URL("../golden/stage_math/", import.meta.url);
const RELATIVE = 1e-6;
const ABSOLUTE = 1e-11; // for sums that cancel to 0

/** Calls that need more than plain arguments, by module and name. */
const ADAPTERS = {
  activation: {
    saturatedRegion: (name) => Object.values(exportsOf("activation").SATURATED[name]),
    meanOver: meanOfNamed,
  },
  batch_noise: {
    drawBatch: (population, size, seed) => exportsOf("batch_noise").drawBatch(population, size, generator(seed)),
    gaussian: firstGaussians,
    random: firstNumbers,
  },
  dense_net: { forward: forwardFromFloat32 },
  gaussian: { logErfc: (x) => Math.log(exportsOf("gaussian").erfc(x)), meanOver: meanOfNamed },
  random: {
    drawIndices: (count, size, seed) => exportsOf("random").drawIndices(count, size, generator(seed)),
    gaussian: firstGaussians,
    random: firstNumbers,
  },
};

const found = {};
for (const name of readdirSync(GOLDEN)) {
  const module = name.replace(".json", "");
  found[module] = {
    exports: await import(new URL(`${module}.js`, MODULES)),
    cases: JSON.parse(readFileSync(new URL(name, GOLDEN), "utf8")),
  };
}

function exportsOf(module) {
  return found[module].exports;
}

function generator(seed) {
  return exportsOf("random").random(seed);
}

function firstNumbers(seed, count) {
  return Array.from({ length: count }, generator(seed));
}

function firstGaussians(seed, count) {
  const uniform = generator(seed);
  return Array.from({ length: count }, () => exportsOf("random").gaussian(uniform));
}

function meanOfNamed(name, mean, deviation) {
  return exportsOf("gaussian").meanOver(exportsOf("activation")[name], mean, deviation);
}

function forwardFromFloat32(layers, rows, training) {
  const stored = layers.map((layer) => ({ ...layer, weights: Float32Array.from(layer.weights) }));
  return exportsOf("dense_net").forward(stored, rows, training);
}

function close(actual, expected, path) {
  if (typeof expected === "number") {
    assert.equal(typeof actual, "number", path);
    const off = Math.abs(actual - expected);
    assert.ok(off <= RELATIVE * Math.abs(expected) + ABSOLUTE, `${path}: ${actual}, Python has ${expected}`);
  } else if (Array.isArray(expected)) {
    assert.equal(actual.length, expected.length, `${path}.length`);
    expected.forEach((value, index) => {
      close(actual[index], value, `${path}[${index}]`);
    });
  } else if (expected !== null && typeof expected === "object") {
    for (const [key, value] of Object.entries(expected)) close(actual[key], value, `${path}.${key}`);
  } else {
    assert.equal(actual, expected, path);
  }
}

for (const [module, { exports, cases }] of Object.entries(found)) {
  const called = new Map();
  for (const each of cases) called.set(each.call, [...(called.get(each.call) ?? []), each]);
  for (const [call, each] of called) {
    test(`${module}.${call} gives Python's numbers`, () => {
      const compute = ADAPTERS[module]?.[call] ?? exports[call];
      each.forEach(({ arguments: given, expected }, index) => {
        close(compute(...given), expected, `${call}#${index}`);
      });
    });
  }
}

test("every function of every module has golden numbers", () => {
  for (const file of readdirSync(MODULES).filter((name) => name.endsWith(".js"))) {
    const module = file.replace(".js", "");
    assert.ok(found[module], `tests/golden/stage_math/${module}.json`);
    const covered = new Set(found[module].cases.map((each) => each.call));
    for (const [name, value] of Object.entries(found[module].exports)) {
      if (typeof value === "function") assert.ok(covered.has(name), `${module}.${name}`);
    }
  }
});

test("the comparison finds a number that is off, missing or of another kind", () => {
  close([1, { a: 2 }], [1 + 5e-7, { a: 2 }], "x");
  assert.throws(() => close([1.00001], [1], "x"));
  assert.throws(() => close([1, 2], [1], "x"));
  assert.throws(() => close({ a: 1 }, { a: 1, b: 1 }, "x"));
  assert.throws(() => close(Number.NaN, 1, "x"));
});
