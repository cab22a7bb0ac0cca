/** Whether the view is visible: the page is not hidden and the view is not scrolled away. */

/**
 * @param {Element} element
 * @param {(visible: boolean) => void} onChange called when it changes
 * @returns {{now: () => boolean, end: () => void}}
 */
export function watchVisibility(element, onChange) {
  let onScreen = true;
  let last = true;
  const now = () => onScreen && document.visibilityState !== "hidden";
  const check = () => {
    if (now() === last) return;
    last = now();
    onChange(last);
  };
  const observer = new IntersectionObserver(
    (entries) => {
      onScreen = entries[entries.length - 1].isIntersecting;
      check();
    },
    { rootMargin: "200px" },
  );
  observer.observe(element);
  document.addEventListener("visibilitychange", check);
  return {
    now,
    end: () => {
      observer.disconnect();
      document.removeEventListener("visibilitychange", check);
    },
  };
}
