export { runOnAll, serve } from "./program";
