export { bisector, bisectRight, extent, mean, ticks } from "d3-array";
