/** The picture of inference without its drawing: what the recorded net answers, guesses, addresses. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
  GRIP_WIDTH,
  INSET,
  layoutOf,
  levels,
  mateX,
  namePlace,
  sizeAt,
} from "../../assets/stage/heroes/inference/layout.js";
import { halves, netOf, picturesOf } from "../../assets/stage/heroes/inference/net.js";
import { formulaOf, valuesOf } from "../../assets/stage/heroes/inference/numbers.js";
import { load, save } from "../../assets/stage/heroes/inference/saved.js";
import { Shelf } from "../../assets/stage/heroes/inference/shelf.js";
import {
  BATCHES,
  inHundredths,
  MATES,
  matesOf,
  mixed,
  QUESTION,
  State,
  strongestSwap,
  verdict,
} from "../../assets/stage/heroes/inference/state.js";
import { fixed } from "../../assets/stage/svg.js";

const RECORDED = JSON.parse(
  readFileSync(new URL("../../assets/recordings/inference_net.json", import.meta.url), "utf8"),
);
const OF_EACH = RECORDED.rows.length / 10;
const DATA = {
  ...RECORDED,
  width: RECORDED.config.width,
  labels: RECORDED.rows.map((_, place) => Math.floor(place / OF_EACH)),
};
const NET = netOf(DATA);
const made = () => new State(NET, DATA.yours);
const opened = (address) => {
  const state = made();
  const said = load(state, new URLSearchParams(address));
  return { state, said };
};

test("half-precision numbers and pictures are unpacked", () => {
  assert.deepEqual([...halves(Buffer.from([0, 0x3c, 0, 0xc0]).toString("base64"))], [1, -2]);
  const bytes = Buffer.alloc(784 / 2);
  bytes[1] = 0xf3;
  const [picture] = picturesOf(bytes.toString("base64"));
  assert.equal(picture.length, 784);
  assert.deepEqual([...picture.slice(1, 5)], [0, 15, 3, 0]);
});

test("the picture opens on a 7 that the net knows in both modes", () => {
  const state = made();
  assert.equal(state.label, 7);
  assert.ok(state.now.inTraining[7] > 0.9);
  assert.ok(state.now.inEvaluation[7] > 0.6);
  assert.equal(new Set(state.members()).size, MATES + 1);
});

test("the question is about the swap that changes the answer most", () => {
  const state = made();
  const { mate, digit, p } = strongestSwap(NET, state.members(), (now, found) => Math.abs(found - now));
  assert.deepEqual({ mate, digit }, QUESTION);
  assert.equal(NET.labels[digit], 7);
  assert.ok(state.p - p > 0.5);
});

test("the question has its answers whatever the picture shows", () => {
  const state = made();
  const { before, after } = state.question();
  assert.equal(before, state.p);
  state.swap(QUESTION.mate, QUESTION.digit);
  state.compute();
  assert.equal(after, state.p);
  state.size = 2;
  state.choose(3);
  assert.deepEqual(state.question(), { before, after });
});

test("mates change the answer in training mode and not in evaluation mode", () => {
  const state = made();
  const [trained, evaluated] = [state.now.inTraining[7], state.now.inEvaluation[7]];
  state.swap(0, 20);
  state.compute();
  assert.notEqual(state.now.inTraining[7], trained);
  assert.equal(state.now.inEvaluation[7], evaluated);
});

test("alone in training mode every digit gets the same answer", () => {
  const state = made();
  state.size = 1;
  const answers = [0, 13, 25, 59].map((digit) => {
    state.choose(digit);
    return state.now.inTraining.map((p) => Number(p.toFixed(9))).join();
  });
  assert.equal(new Set(answers).size, 1);
});

test("a digit that is taken is passed over, and a mate makes way for your digit", () => {
  const state = made();
  const taken = state.mates[1];
  state.swap(0, taken);
  assert.equal(
    state.mates[0],
    Array.from({ length: 60 }, (_, k) => (taken + k) % 60).find(
      (k) => !state.members().slice(2).includes(k) && k !== state.yours,
    ),
  );
  const mate = state.mates[3];
  state.choose(mate);
  assert.equal(new Set(state.members()).size, MATES + 1);
  assert.equal(state.mates[3], state.asked);
});

test("running statistics go from their start toward the batches' own", () => {
  const state = made();
  Object.assign(state, { fresh: true, batches: 0 });
  state.compute();
  const { unit } = NET;
  assert.equal(state.now.running[0].means[0][unit], 0);
  assert.equal(state.now.running[0].variances[0][unit], 1);
  Object.assign(state, { batches: 1, momentum: 1 });
  state.compute();
  assert.deepEqual(state.now.running[1].means[0], state.passed(1).means[0]);
  Object.assign(state, { batches: 40, momentum: 0.1 });
  state.compute();
  const early = made().tooEarly();
  assert.equal(early.word, "stale");
  state.early = true;
  assert.equal(state.tooEarly().batches, 40);
  assert.equal(state.tooEarly().word, "caught_up");
  state.batches = 12;
  assert.deepEqual([state.tooEarly().word, state.tooEarly().says], ["catching_up", 7]);
  state.batches = 40;
  assert.notEqual(early.says, 7);
  assert.ok(state.now.inEvaluation[7] > early.p + 0.2);
});

test("batches that pass do not depend on what is in the hand", () => {
  const [one, other] = [made(), made()];
  other.size = 3;
  other.choose(5);
  assert.deepEqual(one.passed(4).means, other.passed(4).means);
  assert.ok(!matesOf(60, DATA.yours, 4).includes(DATA.yours));
});

test("worsening lowers the answer mate by mate", () => {
  const state = made();
  const seen = [state.p];
  for (let turn = 0; turn < 3; turn++) {
    state.worsen();
    state.compute();
    seen.push(state.p);
  }
  assert.ok(seen.every((p, place) => place === 0 || p < seen[place - 1]));
  assert.equal(new Set(state.members()).size, MATES + 1);
});

test("a guess is right near the truth, and says still where it stayed", () => {
  assert.equal(verdict(0.4, 0.96, 0.38), "right");
  assert.equal(verdict(0.96, 0.96, 0.38), "stays");
  assert.equal(verdict(0.7, 0.96, 0.38), "wrong");
});

test("an address brings the moment back", () => {
  const state = made();
  Object.assign(state, { size: 5, momentum: 0.25, fresh: true, batches: 9, training: false });
  state.choose(17);
  state.swap(2, 44);
  const saved = save(state, 3);
  const { state: again, said } = opened({ ...saved, step: "5" });
  assert.ok(said);
  assert.deepEqual(save(again, 3), saved);
  assert.deepEqual(again.mates, state.mates);
  assert.deepEqual([...again.now.inEvaluation], [...inEvaluationOf(state)]);
});

function inEvaluationOf(state) {
  state.compute();
  return state.now.inEvaluation;
}

test("an address that is wrong changes nothing", () => {
  for (const address of [
    "mates=1_2_3",
    "mates=1_1_2_3_4_5_6",
    "mates=0_1_2_3_4_5_60",
    `mates=0_1_2_3_4_5_${DATA.yours}`,
    "mates=a_b_c_d_e_f_g",
    "size=0",
    "size=9",
    "size=2.5",
    "alpha=many",
    "alpha=Infinity",
    "batches=-1",
    "batches=1e9",
    "digit=60",
    "digit=-0.5",
    "mode=<b>",
  ]) {
    const { state, said } = opened(address);
    assert.ok(!said, address);
    assert.deepEqual(save(state, 0), save(made(), 0), address);
  }
  assert.equal(opened("alpha=7").state.momentum, 1);
});

test("the printed numbers of the formula give the printed results", () => {
  const state = made();
  const number = (text) => Number(text.replace(/[()]/g, "").replace("−", "-"));
  const decimals = (text) => text.replace(/[()]/g, "").split(".")[1].length;
  for (let turn = 0; turn < 60; turn++) {
    Object.assign(state, { training: turn % 2 === 0, batches: 1 + turn, momentum: inHundredths((7 * turn) / 400) });
    state.swap(turn % MATES, turn);
    state.compute();
    const values = valuesOf(state);
    const { x, mean, deviation, hat, kept, before, alpha, absorbed, running } = Object.fromEntries(
      Object.entries(values).map(([name, text]) => [name, number(text)]),
    );
    assert.equal(fixed((x - mean) / deviation), values.hat);
    assert.equal(fixed(kept * before + alpha * absorbed, decimals(values.running)), values.running);
    assert.ok(Math.abs(state.now.running[state.batches].means[0][NET.unit] - running) < 0.0006);
    assert.ok(Number.isFinite(hat) && Object.values(values).every((text) => !/NaN|undefined/.test(text)));
  }
  assert.equal(formulaOf(state, (key) => key).length, 2);
});

test("before the first batch the formula has numbers too", () => {
  const state = made();
  state.batches = 0;
  state.compute();
  assert.equal(valuesOf(state).batches, "0");
});

test("numbers on their way reach their goal", () => {
  const [from, to] = [made().snapshot(), made().snapshot()];
  to.answer = to.answer.map(() => 0.5);
  assert.deepEqual(mixed(from, to, 1), to);
  assert.deepEqual(mixed(from, to, 0), from);
});

test("on a phone, mates are as wide as a finger and the row fits", () => {
  const layout = layoutOf({ width: 374, height: 345, narrow: true }, 0);
  assert.ok(layout.batch.mate >= 39);
  assert.ok(mateX(layout, MATES - 1) + layout.batch.mate <= 374);
  for (const size of [1, 4, 8]) {
    const end =
      size === 1 ? layout.batch.mates - layout.gap / 2 : mateX(layout, size - 2) + layout.batch.mate + layout.gap / 2;
    assert.equal(Math.round(sizeAt(layout, end)), size);
  }
});

test("dots on a line do not hide each other", () => {
  assert.deepEqual(levels([10, 12, 50, 14], 18), [0, 1, 0, -1]);
});

test("the state opens after some batches have passed", () => {
  assert.equal(made().batches, BATCHES);
  assert.ok(made().seen.length > BATCHES - 2);
});

test("only the step about a batch of one changes the digit", () => {
  assert.equal(opened("digit=17&step=5").state.yours, 17);
  for (const step of ["", "&step=1", "&step=4", "&step=99"]) {
    assert.equal(opened(`digit=17${step}`).state.yours, DATA.yours, step);
  }
});

test("alone, the answers that the sentences quote are still those with mates", () => {
  const state = made();
  const of = ({ low, high }) => [low, high];
  const before = of(valuesOf(state));
  assert.notEqual(before[0], before[1]);
  state.size = 1;
  state.compute();
  state.forget();
  const alone = of(valuesOf(state));
  assert.equal(valuesOf(state).seen_size, "8");
  assert.equal(valuesOf(state).size, "1");
  assert.ok(Number(alone[1]) - Number(alone[0]) > 0.3, alone.join());
  assert.equal(valuesOf(state).hat, "0.00");
  assert.notEqual(valuesOf(state).p, alone[0]);
});

test("the running mean took in the batch as it passed, whatever was swapped since", () => {
  const state = made();
  const { absorbed, mean } = valuesOf(state);
  assert.equal(absorbed, mean);
  state.swap(0, 20);
  state.compute();
  assert.equal(valuesOf(state).absorbed, absorbed);
  assert.notEqual(valuesOf(state).mean, mean);
  assert.equal(state.snapshot().means[0], state.passed(BATCHES).means[0][NET.unit]);
});

test("a step shows what it talks about, and on the way back all is as the hand left it", () => {
  const state = made();
  const shelf = new Shelf(state);
  const step = (number) => {
    shelf.turn(number);
    state.compute();
  };
  const shown = () => [state.training, state.size, state.fresh, state.batches, state.yours];
  state.swap(0, 20);
  state.size = 6;
  const mates = [...state.mates];
  step(1);
  assert.deepEqual(shown(), [false, 6, false, BATCHES, DATA.yours]);
  assert.deepEqual(state.mates, mates);
  step(3);
  assert.deepEqual(shown(), [false, 6, true, 2, DATA.yours]);
  state.batches = 9;
  step(4);
  assert.deepEqual(shown(), [true, 1, false, BATCHES, DATA.yours]);
  assert.equal(state.tooEarly().batches, 9);
  state.choose(17);
  state.training = false;
  step(3);
  assert.deepEqual(shown(), [false, 6, true, 9, DATA.yours]);
  step(2);
  assert.deepEqual(shown(), [true, 6, false, BATCHES, DATA.yours]);
  assert.deepEqual(state.mates, mates);
  step(4);
  assert.deepEqual(shown(), [false, 1, false, BATCHES, 17]);
  assert.equal(state.tooEarly().digit, 7);
});

test("what an address shows is not put away as the work of another step", () => {
  const state = made();
  const shelf = new Shelf(state);
  load(state, new URLSearchParams("mode=eval&fresh=1&batches=5&step=4"));
  shelf.adopt(3);
  shelf.turn(2);
  assert.deepEqual([state.fresh, state.batches, state.training], [false, BATCHES, true]);
  shelf.turn(3);
  assert.deepEqual([state.fresh, state.batches], [true, 5]);
});

test("the running mean and alpha are in the picture wherever a step is about them", () => {
  for (const step of [1, 2, 3]) assert.ok(layoutOf({ width: 374, height: 310, narrow: true }, step).chase);
  for (const step of [0, 1, 2, 3, 4]) assert.ok(layoutOf({ width: 770, height: 390, narrow: false }, step).chase);
  assert.ok(!layoutOf({ width: 374, height: 310, narrow: true }, 0).chase);
});

test("the name of a dot at the edge goes below the line and stays in the room", () => {
  const room = { from: 80, to: 360 };
  const place = (x, side) => namePlace("running mean", { x, y: 100, gap: 16, side }, room);
  assert.deepEqual(place(200, 1), { x: 216, y: 105, "text-anchor": "start" });
  assert.deepEqual(place(200, -1), { x: 184, y: 105, "text-anchor": "end" });
  assert.deepEqual(place(330, 1), { x: 360, y: 122, "text-anchor": "end" });
  assert.deepEqual(place(120, -1), { x: 80, y: 122, "text-anchor": "start" });
});

test("the grip at the end of the batch covers no digit beside it", () => {
  for (const width of [560, 602, 700, 800, 1000, 1400])
    for (const height of [560, 820, 1000]) {
      const layout = layoutOf({ width, height, narrow: false }, 0);
      if (!layout.narrow)
        assert.ok(layout.gap / 2 + layout.batch.mate * INSET >= GRIP_WIDTH / 2, `${width} x ${height}`);
    }
});
