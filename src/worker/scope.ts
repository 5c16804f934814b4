/** The browser's side of the device probe. */

import { relaxedSimd, simd } from "wasm-feature-detect";
import { rendererOf } from "../engine/renderers";
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
  const info = {
    renderer: rendererOf(gl),
    floatTextures: gl.getExtension("EXT_color_buffer_float") !== null,
  };
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return info;
}
