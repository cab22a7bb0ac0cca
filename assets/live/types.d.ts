/**
 * The data that flow through the live view. Only the type checker reads this file: no browser ever asks for it.
 *
 * What the server sends is specified in ARCHITECTURE.md, "The wire". Its names are written as they arrive
 * (`max_steps`, `grad_norm`); the view's own are in camel case.
 */

declare global {
  /**
   * Per session token: what the feeder component pushed before the view was there, or the view's own receiver. It is
   * global because the feeder and the view are two components that cannot see each other.
   */
  var __bnviz: Record<string, FeedPush[] | FeedReceiver> | undefined;
  /** What a component outside of the view's part of the page does for the view. */
  var __bnvizPage: { renew: () => void } | undefined;
}

// --- Small things

/** Look up words by dotted key and fill in their values: t("toolbar.counter", { step: 3 }). */
export type Translate = (key: string, values?: Record<string, string | number>) => string;

/** Low and high end. */
export type Range = [number, number];

/** Left, right, top and bottom in CSS pixels. */
export type Box = { x0: number; x1: number; y0: number; y1: number };

export type Context2D = CanvasRenderingContext2D;

export type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

// --- The wire

/** `raw` is a view on the message; `data` is the same, except that float16 is decoded (on first use). */
export type Block = { shape: number[]; dtype: number; raw: Numbers; readonly data: Numbers };

export type Message = { kind: number; seq: number; step: number; blocks: Map<number, Block> };

/** A command for the server. */
export type Op = { op: string } & Record<string, unknown>;

/** "unknown": the server has no session of this token. */
export type LinkState = "connecting" | "open" | "lost" | "unknown" | "blocked" | "fallback";

/** Why the socket is given up: the server takes the page for a foreign one, it has too many views, or nothing answers. */
export type Refusal = "origin" | "viewers" | "unreachable";

export type TransportHandlers = {
  onMessage: (buffer: ArrayBuffer) => void;
  onLink: (link: LinkState, reason?: Refusal) => void;
  /** The server did not know the session, and has opened another one for the page's address. */
  onSession?: (session: Session) => void;
};

/** Names of a session: the token opens it, the handle stands in the page's address. */
export type Session = { token: string; handle: string };

/** A way to the server; `send` tells whether the command left. */
export type Transport = { send: (op: Op) => boolean; close: () => void };

/** A socket that is open already, and what it has received since. */
export type OpenedSocket = { socket: WebSocket; kept: MessageEvent[] };

/** Opens a way of the page's own to whatever has the messages: a file, a notebook's kernel. */
export type Connect = (handlers: TransportHandlers) => Transport;

/** What the feeder component hands over on a rerun; `bytes` are messages, each prefixed by its length. */
export type FeedPush = { generation: number; bytes: Uint8Array<ArrayBuffer> };

export type FeedReceiver = { push: (pushed: FeedPush) => void };

// --- What the server sends, decoded

/** Counts: two bytes each when all fit, else four. */
export type Counts = Uint16Array | Uint32Array;

/** One arm at one step; L hidden layers, U recorded units. Missing numbers are NaN. */
export type ArmFrame = {
  /** L */
  layers: number;
  /** U */
  units: number;
  /** (L, 3, BINS + 2), counts per stage; the first and the last are out of range. */
  histogram: Counts;
  /** (L, 3, 5), levels QUANTILES per stage. */
  quantiles: Float32Array;
  /** (L, 3, 2), mean and standard deviation per stage. */
  moments: Float32Array;
  /** (L), share of nonlinearity outputs in the saturated region, 0..1. */
  saturated_fraction: Float32Array;
  /** (L), mean derivative of the nonlinearity. */
  derivative: Float32Array;
  /** (L), share of units whose output is 0 on every sample. */
  dead_fraction: Float32Array;
  /** (L + 1), the head last. */
  grad_norm: Float32Array;
  /** (L + 1), the head last. */
  update_to_data_ratio: Float32Array;
  /** (L, U, 3), float16 bits: read with unitPercentile(). */
  unit_percentiles: Uint16Array;
  /** (L, 6, 5), levels QUANTILES over the units, of each of PARAMETERS. */
  parameters: Float32Array;
  /** (4), in the order of SCALARS. */
  scalars: Float32Array;
};

/**
 * `lacks`: details that it came without, as bits (`bitsOf`); they are empty, or have only the layers that `cuts` names.
 */
export type Frame = {
  step: number;
  bytes: number;
  lacks: number;
  cuts: Record<string, number[]>;
  arms: ArmFrame[];
};

/** Where the nonlinearity counts as saturated: `region` on its input, `low` and `high` on its output. */
export type Saturation = {
  activation: string;
  low: number | null;
  high: number | null;
  region: [number | null, number | null];
};

/** One network of a run, as the server describes it. */
export type ArmInfo = {
  changes: Record<string, unknown>;
  config: { activation?: string } & Record<string, unknown>;
  layers: string[];
  /** Ids of the units that are recorded. */
  units: number[];
  width: number;
  /** One per layer. */
  widths?: number[];
  /** Name of each layer's nonlinearity; only of a watched model. */
  functions?: string[];
  normalized: boolean;
  position: string;
  saturation: Saturation | null;
  /** What each layer's numbers are measured on, [kept, all] of a batch; early recordings lack it. */
  samples?: LayerSample[];
};

export type LayerSample = { places: Range; values: Range };

/**
 * An arm as it is drawn: use its label, color and dash, never an index into the theme. Words take the ink, a variable
 * that follows the theme while the view is out of sight and nothing is drawn.
 */
export type Arm = ArmInfo & { index: number; label: string; color: string; ink: string; dash: number[] };

export type Hello = {
  source: "live" | "recorded";
  arms: ArmInfo[];
  bins: number;
  chance: number;
  max_steps: number;
  /** Ends of the histograms per stage. */
  edges: { linear: Range; norm: Range; activation: Range };
  dataset: {
    name: string;
    n_train: number;
    n_test: number;
    classes: string[] | number;
    source: string;
    is_plane: boolean;
    /** x, y, class. */
    points: number[][] | null;
    /** Test images that accuracies are measured on; early recordings lack it. */
    n_evaluated?: number;
  };
  /** The recipe as it was asked for; the device may be "auto". */
  experiment?: { base?: Record<string, unknown> };
  /** Weights that all networks start from, of all, and what else sets them apart; early recordings may lack it. */
  shared_weights?: { same: number; of: number; filled_apart: number };
  provenance?: {
    date?: string;
    seed?: number | null;
    versions?: Record<string, string>;
    device?: string;
    /** Steps per second in the trial that chose the device, 0 where it could not run the nets. */
    device_rates?: Record<string, number>;
  };
};

/** Training loss (min, max and mean of what was thinned) and test values of one arm. */
export type Curve = {
  step: Uint32Array;
  low: Float32Array;
  high: Float32Array;
  mean: Float32Array;
  testStep: Uint32Array;
  testAccuracy: Float32Array;
  testLoss: Float32Array;
};

/** The run before a restart, as the server describes it. */
export type Former = { arms: Pick<ArmInfo, "changes" | "config">[]; curves: Curve[] };

/** The same, ready to draw. */
export type FormerView = { arms: { label: string; color: string }[]; curves: Curve[] };

/** A place as links name it: layers from 1, units by their number in the layer; step null follows the newest. */
export type PlaceData = { layer?: number | null; unit?: number | null; step?: number | null };

export type Status = {
  status: "idle" | "queued" | "running" | "paused" | "done" | "diverged" | "failed";
  step: number;
  max_steps: number;
  steps_per_s: number;
  capture_share: number;
  queue: number | null;
  message: string | null;
  detail: string | null;
  diverged: { arm: number; layer: string; step: number }[];
  marks: Mark[];
  /** What computes the steps of each arm, and why a GPU does not replay them. */
  engines?: { name: string; refusal: { key: string; detail: string } | null }[];
  hashes: { weights: string[]; batches: string[]; same_weights: boolean; same_batches: boolean };
  rates: Record<string, number>;
  speed: number;
  notes: string[];
  /** The last restart, while the run before it can be brought back: its number, that run's last step, what changed. */
  restarted?: { n: number; step: number; kind: string; field: string | null } | null;
};

/** Something that happened at a step: a changed rate, a divergence. */
export type Mark = { step: number; kind: string; text: string; arm: number };

export type PlaneKind = "random" | "pca";
export type BnStats = "batch" | "running";

/** loss[(arm * ys.length + j) * xs.length + i]; path[(arm * points + t) * 2 + axis], NaN where an arm has fewer points. */
export type Surface = {
  step: number;
  xs: Float32Array;
  ys: Float32Array;
  loss: Float32Array;
  path: Float32Array;
  /** Share of the path's variance in the plane, per arm. */
  captured: Float32Array;
  arms: number;
  points: number;
  /** A PlaneKind, or "pca-own". */
  plane: string;
  bnStats: BnStats;
};

/** probability[((arm * classes + c) * ys.length + j) * xs.length + i] */
export type Boundary = {
  step: number;
  xs: Float32Array;
  ys: Float32Array;
  probability: Float32Array;
  arms: number;
  classes: number;
};

// --- What panels get

/** Colors and type of the page around the view. */
export type Theme = {
  /** Page background. */
  bg: string;
  fg: string;
  muted: string;
  /** Ticks and hints. */
  faint: string;
  grid: string;
  card: string;
  /** Background of switches and tabs. */
  soft: string;
  border: string;
  primary: string;
  /** Tint of the saturated region. */
  saturated: string;
  /** Tint of a healthy range. */
  healthy: string;
  danger: string;
  /** One per slot, see armSlots(). */
  arms: string[];
  font: string;
  dark: boolean;
};

/** What to draw. Read-only. */
export type View = {
  hello: Hello;
  /** The frame at the cursor. */
  frame: Frame | null;
  /** All that are kept, oldest first. */
  frames: Frame[];
  /** Index of `frame` in `frames`; -1 when there is none. */
  index: number;
  /** Per arm, the whole run (not cut at the cursor). */
  curves: Curve[];
  /** The run before a restart. */
  former?: FormerView | null;
  status: Status | null;
  /** Oldest first. */
  surfaces: Surface[];
  /** The newest at or before the cursor. */
  surface: Surface | null;
  /** The newest at or before the cursor. */
  boundary: Boundary | null;
  /** All that are kept, oldest first. */
  boundaries?: Boundary[];
  /** The step at the cursor. */
  step: number;
  /** Whether the cursor is at the newest frame and moves with it. */
  following: boolean;
  arms: Arm[];
  theme: Theme;
  /** Width of the panel, CSS pixels. */
  width: number;
  /** Layers that panels draw, ascending; absent means all. Lines over depth draw all of them. */
  layers?: number[];
  /** The layer added last by hand; `n` tells one pick from the next. */
  picked?: { layer: number; n: number } | null;
  /** Whether arms stack below each other. */
  narrow: boolean;
  /** Whether the panel has the whole screen. */
  enlarged: boolean;
  /** Height of what is above the panel then, besides the usual; CSS pixels. */
  heightAbove?: number;
  /** What is drawn of the frames beside what each of them has (ARCHITECTURE.md, "The wire"). */
  details?: readonly string[];
};

/** Choices that a panel keeps while other tabs are open; each panel uses its own few. */
export type PanelMemory = {
  stage?: string;
  mode?: string;
  layer?: number | null;
  /** Number of the pick above the panels that was followed last. */
  pick?: number;
  axis?: string;
  log?: boolean;
  plane?: PlaneKind;
  bnStats?: BnStats;
  /** How the unit of Figure 1 is chosen; null: by hand. */
  choice?: UnitChoice | null;
  unit?: number | null;
  /** Number of the unit that a link asks for, until the units are known. */
  wantedUnit?: number;
  /** The layer, 0-based, and the number of the unit shown last. */
  shown?: { layer: number; unit: number };
  /** Where the crosshair points: at a layer, at a place of the plane, or at a share of the steps. */
  cross?: { layer?: number; place?: [number, number]; share?: number } | null;
  /** When the unit was chosen, and for which layer. */
  chosenAt?: string | null;
  chosenFor?: string;
};

export type UnitChoice = "typical" | "most" | "least";

/** What a panel may use of its surroundings; the same object for its whole life. */
export type PanelContext = {
  t: Translate;
  send: (op: Op) => void;
  /** Ask for a draw (after a click inside the panel). */
  invalidate: () => void;
  memory: PanelMemory;
  /** Move the cursor to a step. */
  seek: (step: number) => void;
  /** Bring the run before a restart back; null where a page cannot. */
  undo?: (() => void) | null;
};

/** The default export of panels/<id>.js, which is imported when the panel is first shown. */
export type Panel = {
  /** Also the key of its words: tabs.<id>, <id>.*. */
  id: string;
  /** Build the DOM under `root`, an empty block of the full width. */
  mount: (root: HTMLElement, context: PanelContext) => MountedPanel;
};

export type MountedPanel = {
  /** Called at most once per animation frame, and only when something changed. `view.frame` may be null. */
  draw: (view: View) => void;
  /** Escape was pressed: leave an enlargement of the panel's own and return true, or return false. */
  back?: () => boolean;
  /** Move the crosshair by one arrow key: right and down are positive. */
  probe?: (dx: number, dy: number) => void;
  /** Whether one layer is shown in detail now: a click on the overview then shows that layer here. */
  showsOneLayer?: () => boolean;
  /** The layer that will be drawn alone, 0-based. */
  layerOf?: (view: View) => number;
  /** Remove listeners; the host empties the root. */
  destroy: () => void;
};

// --- Drawing

/** Call it with a value to get CSS pixels. */
export type Scale = {
  (value: number): number;
  domain: Range;
  range: Range;
  isLog: boolean;
  invert: (pixel: number) => number;
  ticks: (count?: number) => number[];
};

/** The two scales of a plot. */
export type Scales = { sx: Scale; sy: Scale };

export type Stroke = { color: string; width?: number; dash?: number[]; opacity?: number };

export type TextStyle = {
  color?: string;
  font?: string;
  align?: CanvasTextAlign;
  baseline?: CanvasTextBaseline;
  /** Radians. */
  rotate?: number;
};

/** A line over the steps of a plot. */
export type Line = Stroke & { values: ArrayLike<number>; label?: string };

/** An area over the steps of a plot. */
export type Band = { low: ArrayLike<number>; high: ArrayLike<number>; color: string; opacity?: number };

/** RAMP_SIZE times red, green, blue. */
export type Ramp = Uint8ClampedArray;

// --- The page

/** What the page wants to be seen: taken once, when `n` changes; step null is the newest. */
export type ShowRequest = { panel?: string; step?: number | null; n: number };

/** The component's data, from Python. */
export type MountData = {
  token: string;
  base: string;
  transport: string;
  /** Where the messages come from if not from our server. */
  connect?: Connect;
  /** The socket that page.js has opened, for the view in the poster's place. */
  opened?: OpenedSocket;
  early?: boolean;
  /** Whether the page's address names all that a new session needs, so that a server that was started again opens one. */
  returns?: boolean;
  /** There is no run to steer: a recording in a file, or a loop that a notebook runs. */
  readOnly?: boolean;
  /** Within a page of others: its keys outside of the view are not ours, and it says when the view ends. */
  embedded?: boolean;
  panel?: string;
  show?: ShowRequest | null;
  /** Where the viewer was, or what the link names. */
  place?: PlaceData | null;
  /** Name of the session for the address. */
  handle?: string | null;
  /** Whether the page can bring the run before a restart back. */
  undo?: boolean;
  zoom?: number;
  strings: Words;
  labels?: Words;
  height?: number;
  /** For a projector: nothing to operate is drawn, all keys work. */
  bare?: boolean;
  /** Play the recording that is shown, up to this step, until the visitor takes over. */
  loop?: { until: number; steps_per_s: number } | null;
};

/** Words in nested tables. */
export type Words = { [key: string]: string | Words };

/** The ways back to Python that Streamlit gives a component. */
export type PythonBridge = {
  setStateValue: (key: string, value: unknown) => void;
  setTriggerValue: (key: string, value: unknown) => void;
};
