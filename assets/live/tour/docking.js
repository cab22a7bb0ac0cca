/** Where the card of the tour stands: beside its target, never over it, inside the window. */

/** @typedef {{left: number, top: number, width: number, height: number}} Rect */

/** Between the card and the target, and to the rim of the window, CSS pixels. */
const [GAP, RIM] = [14, 10];

/**
 * @param {Rect} target
 * @param {{width: number, height: number}} card
 * @param {{width: number, height: number}} page
 * @returns {{left: number, top: number, side: "right" | "below" | "left" | "above" | "corner"}}
 */
export function dock(target, card, page) {
  const right = target.left + target.width;
  const bottom = target.top + target.height;
  const within = (/** @type {number} */ at, /** @type {number} */ size, /** @type {number} */ room) =>
    Math.max(RIM, Math.min(at, room - size - RIM));
  const beside = within(target.top, card.height, page.height);
  const along = within(target.left, card.width, page.width);
  if (right + GAP + card.width <= page.width - RIM) return { left: right + GAP, top: beside, side: "right" };
  if (bottom + GAP + card.height <= page.height - RIM) return { left: along, top: bottom + GAP, side: "below" };
  if (target.left - GAP - card.width >= RIM) return { left: target.left - GAP - card.width, top: beside, side: "left" };
  if (target.top - GAP - card.height >= RIM) return { left: along, top: target.top - GAP - card.height, side: "above" };
  return { left: page.width - card.width - RIM, top: page.height - card.height - RIM, side: "corner" };
}

/**
 * What the visitor has done, as the page shows it.
 * @typedef {{status: string, step: number, panel: string, source: string, isOn: boolean}} Seen isOn: the switch of BN
 */

/** The things to do of the tour's steps. @type {Record<string, (seen: Seen, before: Seen) => boolean>} */
export const DONE = {
  train: ({ status, step, source }) => source === "live" && status === "running" && step >= 1,
  gradients: ({ panel }) => panel === "gradients",
  bn: ({ isOn }, before) => isOn && !before.isOn,
  pause: ({ status }) => status === "paused",
  rewind: ({ step }, before) => step !== before.step,
};

/**
 * Whether a thing was done since the step began.
 * @param {string | null | undefined} thing
 * @param {Seen} seen
 * @param {Seen} before
 */
export const isDone = (thing, seen, before) => Boolean(thing && DONE[thing]?.(seen, before));
