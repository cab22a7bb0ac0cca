/** Every panel, at hand: where nothing can be asked for, none is loaded later. */

import { provide } from "../live/panel_host.js";
import boundary from "../live/panels/boundary.js";
import contours from "../live/panels/contours.js";
import curves from "../live/panels/curves.js";
import distributions from "../live/panels/distributions.js";
import figure1 from "../live/panels/figure1.js";
import glance from "../live/panels/glance.js";
import gradients from "../live/panels/gradients.js";
import parameters from "../live/panels/parameters.js";
import saturation from "../live/panels/saturation.js";

const ALL = [distributions, figure1, saturation, contours, gradients, parameters, curves, boundary, glance];

export const provideAll = () => provide(ALL);
