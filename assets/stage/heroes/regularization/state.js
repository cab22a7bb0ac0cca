/** What the picture of regularization shows: a batch size, the batches so far, and a step of the recorded study. */
/** @import { Population, Recorded } from "./noise.js" */

import { clamp } from "../../svg.js";
import { SIZES, spreadOf, TOTAL } from "./noise.js";

/** Batch sizes of the question: the spread is known at the first and asked at the second. */
export const [KNOWN, ASKED] = [64, 4];
/** Batches from which on their spread and range are told: of two, they mean nothing. */
export const ENOUGH = 30;
/** Half the width of the picture, in deviations of the population. */
export const REACH = 3.6;
/** Steps by what they show. */
export const [, , OWN, STUDY] = [0, 1, 2, 3];

/** The first evaluation of the study on show: before it, accuracies are still far off. */
export const FIRST = 3;

/** What a guess of a spread was worth. @param {number} guess @param {number} truth @returns {"right" | "narrow" | "wide"} */
export function verdict(guess, truth) {
  const ratio = guess / truth;
  if (ratio < 1 / 1.3) return "narrow";
  return ratio > 1.3 ? "wide" : "right";
}

export class State {
  /** @param {Population} population @param {Recorded["study"]} study */
  constructor(population, study) {
    this.population = population;
    this.study = study;
    this.place = SIZES.indexOf(KNOWN);
    /** Batches in the heap below the line. */
    this.shown = TOTAL;
    /** The batch on the line, and how far it has fallen, 0 to 1. */
    this.current = TOTAL - 1;
    this.phase = 1;
    /** Half the width that the visitor expects, in deviations. @type {number | null} */
    this.guess = null;
    /** Whether the batches are those with your digit. */
    this.own = false;
    /** The evaluation of the study on show, and its metric. */
    this.evaluation = study.steps.length - 1;
    /** @type {"accuracy" | "loss"} */
    this.metric = "accuracy";
  }

  get size() {
    return SIZES[this.place];
  }

  /** What is heaped up: means of batches, or what your digit became in them. */
  get heap() {
    const { means, own } = this.population.batches(this.size, this.own);
    return this.own ? own : means;
  }

  /** The spread of what is heaped up; NaN while there are only few. */
  get spread() {
    return this.shown >= ENOUGH ? spreadOf(this.heap.subarray(0, this.shown)) : Number.NaN;
  }

  /** Another batch size: all its batches are there at once. @param {number} place */
  resize(place) {
    this.place = clamp(Math.round(place), 0, SIZES.length - 1);
    this.all();
  }

  all() {
    Object.assign(this, { shown: TOTAL, current: TOTAL - 1, phase: 1 });
  }

  /** Final or earlier results of an arm, one per seed. @param {number} arm */
  results(arm) {
    return this.study[this.metric][arm].map((steps) => steps[this.evaluation]);
  }

  /** @param {number} step @returns {Record<string, string>} */
  save(step) {
    const last = this.study.steps.length - 1;
    return {
      m: this.size === KNOWN ? "" : String(this.size),
      at: step === STUDY && this.evaluation !== last ? String(this.study.steps[this.evaluation]) : "",
      metric: step === STUDY && this.metric === "loss" ? "loss" : "",
    };
  }

  /** Take over what an address says; returns whether it names a batch size. @param {URLSearchParams} saved */
  load(saved) {
    const place = SIZES.indexOf(Number(saved.get("m") ?? Number.NaN));
    if (place >= 0) this.place = place;
    const evaluation = this.study.steps.indexOf(Number(saved.get("at") || Number.NaN));
    if (evaluation >= FIRST) this.evaluation = evaluation;
    if (saved.get("metric") === "loss") this.metric = "loss";
    return place >= 0;
  }
}
