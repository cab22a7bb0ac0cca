"""How a module of assets is mounted on a page: a few inline lines import it from our own static files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

# A blob module has no address of its own, so the app's prefix is read from Streamlit's own script; the page's HTML says
# where the present version of our files is (bnviz/web/pages.py).
_LOADER = """
const script = document.querySelector('script[src*="static/js/"]').src;
const base = script.slice(0, script.indexOf("static/js/"));
const assets = document.querySelector('meta[name="bnviz-assets"]')?.content ?? "bnviz/assets/";
const loading = import(base + assets + "%s");
export default function (component) {
  const root = component.parentElement;
  let end = null, over = false;
  loading
    .then((module) => { if (!over) end = module.mount({ ...component, data: { ...component.data, base } }); })
    .catch((error) => { console.error("bnviz", error); root.textContent = component.data.missing; });
  return () => { over = true; if (end) end(); };
}
"""


def component(name: str, module: str) -> ComponentRenderer:
    """Return the component that mounts a module of the assets, ``stage/main.js`` say.

    The module's ``mount`` gets what Streamlit gives a component, and ``data.base``, the app's address. ``data`` must
    have the sentence ``missing``, which is shown where the module cannot be loaded.
    """
    return st.components.v2.component(name, js=_LOADER % module)
