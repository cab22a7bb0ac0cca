/** The path through the chapters that a visitor has chosen. It is kept in this browser only, and a browser may refuse. */
/** @import { ChapterLink, ContentsPath, FootData } from "./types" */

const KEY = "bnviz.path";

/** @returns {string} the name of the path; "" is none */
export function chosenPath() {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} name of the path; "" leaves it */
export function choosePath(name) {
  try {
    if (name) localStorage.setItem(KEY, name);
    else localStorage.removeItem(KEY);
  } catch {
    // A private window keeps nothing; then the chapters follow each other as in the menu.
  }
}

/**
 * The chapter's place on the chosen path; null where it does not lie on it.
 * @param {ContentsPath[]} paths @param {string} chapter
 * @param {string} name of the chosen path; anything may have been kept
 */
export function numberOn(paths, chapter, name) {
  const path = paths.find((one) => one.name === name);
  const at = path?.pages.indexOf(chapter) ?? -1;
  return path && at >= 0 ? { path: path.title, number: at + 1, count: path.pages.length } : null;
}

/**
 * What stands before and after a chapter: on the chosen path if the chapter lies on it, else in the menu.
 * @param {Pick<FootData, "chapter" | "previous" | "next" | "paths" | "chapters">} data
 * @param {string} name of the chosen path; anything may have been kept
 * @returns {{previous: ChapterLink | null, next: ChapterLink | null, path: ReturnType<typeof numberOn>}}
 */
export function neighborsOf({ chapter, previous, next, paths, chapters }, name) {
  const path = numberOn(paths, chapter, name);
  if (!path) return { previous, next, path };
  const pages = paths.find((one) => one.name === name)?.pages ?? [];
  const link = (/** @type {number} */ number) => chapters.find(({ page }) => page === pages[number - 1]) ?? null;
  return { previous: link(path.number - 1), next: link(path.number + 1), path };
}
