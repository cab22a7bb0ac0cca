/** Every panel, at hand: where all comes as one file, none is loaded later. */

import { provide } from "./panel_host.js";
import boundary from "./panels/boundary.js";
import contours from "./panels/contours.js";
import curves from "./panels/curves.js";
import distributions from "./panels/distributions.js";
import figure1 from "./panels/figure1.js";
import glance from "./panels/glance.js";
import gradients from "./panels/gradients.js";
import parameters from "./panels/parameters.js";
import saturation from "./panels/saturation.js";

const ALL = [distributions, figure1, saturation, contours, gradients, parameters, curves, boundary, glance];

export const provideAll = () => provide(ALL);
