export { addCombinations, addRowProducts } from "./double-rows";
export { diagonalise, reflect, tridiagonalise } from "./eigen";
export { runInstructions, runOnAll, serve } from "./program";
