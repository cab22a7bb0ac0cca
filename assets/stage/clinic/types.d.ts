import type { ChapterLink, PythonBridge, Words } from "../types";

/** One BN layer; null: not finite, or (a whole list) no statistics are kept. Names are short: it is sent often. */
export type Layer = {
  name: string;
  /** Mean and variance of a batch, by channel. */
  m: Array<number | null>;
  v: Array<number | null>;
  /** Running mean and variance. */
  rm: Array<number | null> | null;
  rv: Array<number | null> | null;
  eps: number;
};

export type Found = {
  /** Accuracies 0..1: with the batch's statistics, as served, and on images that it was trained on. */
  batch: number;
  served: number;
  train: number;
  /** Whether it is served on the statistics of its batch. */
  uses_batch: boolean;
  /** Images per request, and whether those of a class come together. */
  size: number;
  by_class: boolean;
  layers: Layer[];
};

export type Moment = Found & { at: number };

export type Course = {
  n: number;
  patient: string;
  cure: string;
  unit: "once" | "batches" | "updates";
  moments: Moment[];
  goal: number;
  healed: boolean;
};

export type Curve = {
  step: number[];
  train: number[];
  batch: number[];
  served: number[];
  marks: Array<[number, string]>;
};

export type PatientData = {
  name: string;
  degree: string;
  faults: string[];
  fault: string;
  cures: string[];
  cure: string;
  /** The chapter that explains the fault. */
  chapter: string;
  goal: number;
  facts: Record<string, number>;
  curve: Curve;
  found: Found;
};

/** One finding of bnviz.diagnose, in its own words. */
export type Said = { code: string; severity: string; also: string[]; title: string; why: string; cure: string };

/** more: findings beyond those that are shown. */
export type Diagnosis = { patient: string; findings: Said[]; layers: number; more: number };

export type ClinicData = {
  kind: "clinic";
  language: string;
  /** The patient that the address names. */
  patient: string;
  patients: PatientData[];
  seed: number;
  steps: number;
  course: Course | null;
  diagnosis: Record<string, Diagnosis>;
  links: Record<string, ChapterLink>;
  badge: { kind: string; label: string; help: string };
  crumb: string;
  words: Words;
  base: string;
};

export type ClinicComponent = { parentElement: Element | ShadowRoot; data: ClinicData } & PythonBridge;

/** What a visitor has tried with one patient. */
export type Attempt = {
  fault: string;
  cure: string;
  /** Faults that were named, in order. */
  named: string[];
  /** Cures that were applied, and what they did. */
  courses: Record<string, Course>;
  /** The cure whose course is on screen, and which of its moments; "" is the sick net. */
  shownCure: string;
  at: number;
  done: "" | "healed" | "shown";
};

export type Measure = "mean" | "variance";
