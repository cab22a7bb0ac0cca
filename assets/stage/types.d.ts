import type { Theme } from "../live/types";

/**
 * What the parts of a stage hand to each other. Only the type checker reads this file: no browser ever asks for it.
 */

/** Sentences of the chapter, nested by the parts of their keys. */
export type Words = { [key: string]: string | Words };

/** Look up a sentence by its dotted key and fill in its {places}. */
export type Say = (key: string, values?: Record<string, string | number>) => string;

/** A neighbor of the chapter, or a chapter of the contents page. */
export type ChapterLink = { page: string; title: string; question: string; address: string };

/** What Python sends once; it sends it again only when the language or the theme changes. */
export type StageData = {
  kind: "stage";
  chapter: string;
  language: string;
  /** Where the numbers come from: "live", "recorded", "published" ... and the word for it. */
  badge: { kind: string; label: string; help: string };
  crumb: string;
  paths: ContentsPath[];
  words: Words;
  /** Sentences that all stages share. */
  kit: Words;
  /** What was measured, by the chapter's own names; null where the picture is a formula only. */
  data: unknown;
  /** On a projector: nothing to operate but the picture, and no question. */
  lecture: boolean;
  /** The app's address up to and with the last slash. */
  base: string;
};

export type FootData = {
  kind: "foot";
  chapter: string;
  /** As in the menu. */
  previous: ChapterLink | null;
  next: ChapterLink | null;
  /** The contents page. */
  contents: ChapterLink;
  paths: ContentsPath[];
  chapters: ChapterLink[];
  kit: Words;
  base: string;
};

/** A way through some chapters. */
export type ContentsPath = { name: string; title: string; about: string; pages: string[] };

export type ContentsData = {
  kind: "contents";
  /** steps: how many steps the chapter's text has; 0 where it has no picture. */
  chapters: Array<ChapterLink & { steps: number }>;
  paths: ContentsPath[];
  words: Words;
  base: string;
};

export type PythonBridge = {
  setStateValue: (name: string, value: unknown) => void;
  setTriggerValue: (name: string, value: unknown) => void;
};

export type Component = { parentElement: Element | ShadowRoot; data: StageData } & PythonBridge;

/** Size of the picture in CSS pixels; narrow: a phone. */
export type Size = { width: number; height: number; narrow: boolean };

/** A quantity that the visitor changes by hand: in the picture or in a sentence. */
export type HandleOptions = {
  /** What it is, for a screen reader. */
  label: string;
  min: number;
  max: number;
  /** One press of an arrow key; ten of them with Shift or Page Up. */
  step: number;
  get: () => number;
  set: (value: number) => void;
  /** The value in words. */
  text: () => string;
  /** The value under a point of the screen (client coordinates). */
  at?: (clientX: number, clientY: number) => number;
  /** Called when the hand or the keyboard takes hold. */
  start?: (byKeyboard: boolean) => void;
  /** Called when it lets go. */
  end?: () => void;
  vertical?: boolean;
};

/** A point that the visitor moves in two directions. */
export type Handle2DOptions = {
  label: string;
  x: Omit<HandleOptions, "label" | "at" | "start" | "end" | "text">;
  y: Omit<HandleOptions, "label" | "at" | "start" | "end" | "text">;
  text: () => string;
  at: (clientX: number, clientY: number) => [number, number];
  start?: (byKeyboard: boolean) => void;
  end?: () => void;
};

/** One part of the formula under the picture: what it says, and its numbers now. */
export type FormulaCell = {
  /** A MathML expression from mathml.js; its symbols carry data-s. */
  math: () => MathMLElement;
  /** The numbers below it, a sentence whose {names} are those of Hero.values. */
  numbers: string;
  /** Whether it belongs to the step in view; without it, always. */
  shown?: () => boolean;
  /** It tells the answer of the question: not to be read while that is open. */
  answers?: boolean;
  /** While this text stays the same, the expression is not made again. */
  key?: () => string;
};

/** The question that the first step asks by an act on the picture. */
export type Guess = {
  /** The step that asks, 0 is the first. */
  step: number;
  /**
   * Play the truth over the guess; return the key of the sentence that answers and its values. "deed": the visitor's own
   * hand has already begun to show it, so nothing is played.
   */
  reveal: (how: "guessed" | "shown" | "deed") => { key: string; values?: Record<string, string | number> };
  /** Put the question again. */
  again: () => void;
  /** Whether the visitor has guessed something: without it, the first button is off. */
  made: () => boolean;
};

/** What a chapter's picture is, to the stage. */
export type Hero = {
  /** Draw the present state; the stage calls it at most once per frame of the screen. */
  draw: (size: Size) => void;
  /** A step has come into view. It must not undo what the visitor has just done. */
  enter: (step: number, first: boolean) => void;
  /** Numbers that the sentences quote as {name}. */
  values?: () => Record<string, string>;
  /** Values that may be changed where a sentence or the formula quotes them. */
  scrubs?: Record<string, HandleOptions>;
  /** What the buttons of the steps do, by their key. */
  actions?: Record<string, () => void>;
  guess?: Guess;
  formula?: FormulaCell[];
  /** The picture in words, for a screen reader. */
  summary: () => string;
  /** What the address has to carry to show this moment again. */
  save?: () => Record<string, string>;
  /** Take over what an address carries; anything in it may be wrong. */
  load?: (saved: URLSearchParams) => void;
  end?: () => void;
};

/** What the stage gives to a hero. */
export type Kit = {
  /** The picture; its viewBox is its size in CSS pixels. */
  svg: SVGSVGElement;
  /** The box around the picture, for a canvas under the svg or HTML over it. */
  box: HTMLElement;
  size: () => Size;
  /** Ask for a drawing with the next frame of the screen. */
  redraw: () => void;
  /** Run fn(0..1) over some time, eased; at once where motion is not wanted. A new call ends the former. */
  animate: (ms: number, fn: (share: number) => void, done?: () => void) => void;
  /** Call fn(seconds since the last call) with every frame while the picture is in sight, until it is stopped. */
  play: (fn: (seconds: number) => void) => () => void;
  /** End a running animation, for instance when the hand takes over. */
  halt: () => void;
  /** Whether the visitor wants no motion. */
  still: () => boolean;
  /** Make an element of the picture a handle. */
  handle: (element: Element, options: HandleOptions) => void;
  /** The same for a point. */
  handle2D: (element: Element, options: Handle2DOptions) => void;
  /** The visitor took hold of what the question is about: it is answered by the deed. */
  answered: () => void;
  /** Write the address after a change that no handle made. */
  saved: () => void;
  say: Say;
  language: string;
  /** The colors of the page, for a canvas; an svg takes them from the style sheet's variables. */
  theme: () => Theme;
  /** What Python measured, see StageData.data. */
  data: unknown;
  /** The step in view. */
  step: () => number;
  /** Whether the question is open and its step in view. */
  asking: () => boolean;
};

/** sheets: addresses of the style sheets that only this picture needs. */
export type HeroModule = { hero: (kit: Kit) => Hero; sheets?: string[] };
