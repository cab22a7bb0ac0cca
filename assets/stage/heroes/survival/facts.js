/** What the steps of the survival map say of whole maps, whatever the brush holds: counts of the recordings. */
/** @import { ArmName, Maps, Net } from "./state.js" */

import { ALIVE, FAST, LOST, mean, NETS } from "./state.js";

/** Cells of a rectangle that learn. @param {Net} net @param {ArmName} arm @param {number[]} ends column, row, column, row @returns {number} */
function learning(net, arm, [column, row, column2, row2]) {
  const rows = net[arm].outcome.slice(row, row2 + 1);
  return rows.flatMap((one) => one.slice(column, column2 + 1)).filter((outcome) => outcome < ALIVE).length;
}

/** @param {Net} net @returns {{both: number, lower: number}} cells in which both arms learn, and those of them in which BN is less accurate */
function bothLearn(net) {
  const found = { both: 0, lower: 0 };
  net.none.outcome.forEach((line, row) => {
    line.forEach((outcome, column) => {
      if (outcome >= ALIVE || net.batch.outcome[row][column] >= ALIVE) return;
      found.both += 1;
      found.lower += Number(mean(net.batch.accuracy[row][column]) < mean(net.none.accuracy[row][column]));
    });
  });
  return found;
}

/** What the question tells: cells of the ReLU net that learn with BN. @param {Maps} data @returns {{relu_bn: string}} */
export function toldFirst(data) {
  const relu = data.nets[NETS[0]];
  return { relu_bn: String(learning(relu, "batch", [0, 0, relu.x.length - 1, relu.y.length - 1])) };
}

/** The numbers by the names that the steps quote. @param {Maps} data @returns {Record<string, string>} */
export function factsOf(data) {
  const [relu, sigmoid, points] = NETS.map((name) => data.nets[name]);
  const whole = [0, 0, relu.x.length - 1, relu.y.length - 1];
  const { both, lower } = bothLearn(relu);
  /** @type {Record<string, number>} */
  const counts = { of_both: both, less_accurate: lower };
  for (const [name, net, ends] of /** @type {[string, Net, number[]][]} */ ([
    ["fast", relu, FAST],
    ["low", relu, LOST],
    ["sigmoid", sigmoid, whole],
    ["points", points, whole],
  ])) {
    counts[`${name}_plain`] = learning(net, "none", ends);
    counts[`${name}_bn`] = learning(net, "batch", ends);
  }
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)]));
}
