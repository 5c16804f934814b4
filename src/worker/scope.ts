/** The browser's side of the device probe. */

import { relaxedSimd, simd } from "wasm-feature-detect";
import type { DeviceScope, WebglInfo } from "./devices";

export function browserScope(): DeviceScope {
  return {
    // Absent in insecure contexts and older browsers, whatever the type says.
    gpu: "gpu" in navigator ? navigator.gpu : undefined,
    createWebgl,
    hasWasmSimd: simd,
    hasRelaxedSimd: relaxedSimd,
  };
}

function createWebgl(): WebglInfo | null {
  if (typeof OffscreenCanvas === "undefined") return null;
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!gl) return null;
  // Firefox names the card under RENDERER, the others only with this extension.
  const debug = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer: unknown = gl.getParameter(debug ? debug.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  const info = {
    renderer: String(renderer),
    floatTextures: gl.getExtension("EXT_color_buffer_float") !== null,
  };
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return info;
}
