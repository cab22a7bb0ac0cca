/**
 * Entry of the stage: what the Streamlit component's few inline lines import.
 *
 *     import(base + "/bnviz/assets/stage/main.js").then(({ mount }) => mount(component))
 */
/** @import { ClinicComponent, ClinicData } from "./clinic/types" */
/** @import { ContentsComponent } from "./contents.js" */
/** @import { FootComponent } from "./foot.js" */
/** @import { Component, ContentsData, FootData, HeroModule, PythonBridge, StageData } from "./types" */

import { momentOf, readAddress } from "./address.js";
import { Clinic } from "./clinic/clinic.js";
import { Contents } from "./contents.js";
import { Foot } from "./foot.js";
import { Stage } from "./stage.js";
import { addStyleSheets } from "./style_sheets.js";

/** @typedef {{parentElement: Element | ShadowRoot, data: StageData | FootData | ContentsData | ClinicData} & PythonBridge} AnyComponent */

/** @type {WeakMap<object, Promise<Place>>} the page calls us again on every rerun: one picture per place */
const places = new WeakMap();

/** Time for the page to take the element away after our clean-up, ms. */
const GRACE = 50;
/** Time for the page to write its own part of the address, ms. */
const ADDRESS_MS = 300;

/** Only names of our own modules: letters, digits and underscores. @param {string} chapter @returns {Promise<HeroModule>} */
const heroOf = (chapter) => import(`./heroes/${chapter.replace(/\W/g, "")}/hero.js`);

/** What stands in one element of the page. */
class Place {
  /** @param {Stage | Foot | Contents | Clinic} shown @param {HeroModule | null} module */
  constructor(shown, module) {
    this.shown = shown;
    this.module = module;
  }

  /**
   * Python has sent something else (another language), or the theme has changed.
   * @param {AnyComponent} component
   */
  update(component) {
    if (this.shown instanceof Foot) {
      this.shown.update(/** @type {FootComponent} */ (component));
    } else if (this.shown instanceof Clinic) {
      this.shown.update(/** @type {ClinicComponent} */ (component));
    } else if (this.shown instanceof Contents) {
      this.shown.update(/** @type {ContentsComponent} */ (component));
    } else if (this.module && JSON.stringify(component.data) !== JSON.stringify(this.shown.data)) {
      const moment = momentOf(Object.entries(this.shown.moment()));
      this.shown.end();
      const stage = new Stage(/** @type {Component} */ (component), this.module, moment);
      this.shown = stage;
      // Streamlit writes the new language into the address after this, and drops what comes after the #.
      setTimeout(() => stage.save(), ADDRESS_MS);
    } else {
      this.shown.retheme();
    }
  }
}

/**
 * @param {AnyComponent} component
 * @returns {Promise<Place>}
 */
async function create(component) {
  const { parentElement, data } = component;
  if (data.kind === "foot") {
    await addStyleSheets(parentElement);
    return new Place(new Foot(/** @type {FootComponent} */ (component)), null);
  }
  if (data.kind === "contents") {
    await addStyleSheets(parentElement);
    return new Place(new Contents(/** @type {ContentsComponent} */ (component)), null);
  }
  if (data.kind === "clinic") {
    await addStyleSheets(parentElement, [new URL("./clinic/clinic.css", import.meta.url).href]);
    return new Place(new Clinic(/** @type {ClinicComponent} */ (component)), null);
  }
  const [module] = await Promise.all([heroOf(data.chapter), addStyleSheets(parentElement)]);
  await addStyleSheets(parentElement, module.sheets);
  return new Place(new Stage(/** @type {Component} */ (component), module, readAddress()), module);
}

/**
 * Mount a stage, the foot of a chapter or the contents, or bring the one that is there up to date.
 * @param {AnyComponent} component
 * @returns {() => void} clean-up; does nothing while the element stays in the page, because a superseded call's
 *     clean-up must not take down the picture of the call that followed
 */
export function mount(component) {
  const { parentElement } = component;
  const former = places.get(parentElement) ?? Promise.resolve(null);
  const now = former.then((place) => {
    if (!place || place.shown.ended) return create(component);
    place.update(component);
    return place;
  });
  places.set(parentElement, now);
  now.catch((error) => console.error("bnviz", error));
  return () => {
    setTimeout(() => {
      now.then(
        ({ shown }) => shown.root.isConnected || shown.end(),
        () => undefined,
      );
    }, GRACE);
  };
}
