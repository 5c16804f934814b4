/** What a GPU is called, and whether it is one. */

const SOFTWARE =
  /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|\bwarp\b|swrast|google, vulkan 1\.3\.0 \(subzero/i;

/** Whether a renderer's name is one of the programs that draw on the CPU. */
export function isSoftwareRenderer(name: string): boolean {
  return SOFTWARE.test(name);
}

/** What an adapter tells of itself. */
export type AdapterFacts = Pick<
  GPUAdapterInfo,
  "vendor" | "architecture" | "device" | "description" | "isFallbackAdapter"
>;

/**
 * The same in every version of WebGPU: Chrome before 127 has no `info`, and before 136, as Safari,
 * it is the adapter itself that says whether it is a fallback.
 */
export function factsOf(
  adapter: Pick<GPUAdapter, "info"> & { readonly isFallbackAdapter?: boolean },
): AdapterFacts {
  const info: Partial<AdapterFacts> | undefined = adapter.info;
  return {
    vendor: info?.vendor ?? "",
    architecture: info?.architecture ?? "",
    device: info?.device ?? "",
    description: info?.description ?? "",
    isFallbackAdapter: info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false,
  };
}

/** An adapter's name for people, empty where the browser keeps it to itself. */
export function adapterName({ vendor, architecture, device, description }: AdapterFacts): string {
  return description || [device, vendor, architecture].filter(Boolean).join(" ");
}

/** The name of what draws for a WebGL context. */
export function rendererOf(gl: WebGLRenderingContext | WebGL2RenderingContext): string {
  // Firefox names the card under RENDERER, the others only with this extension.
  const debug = gl.getExtension("WEBGL_debug_renderer_info");
  return String(gl.getParameter(debug ? debug.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}

/** "WebGPU (nvidia ampere)" */
export function labelled(device: string, card: string): string {
  return card ? `${device} (${card})` : device;
}

/** Whether WebGPU's adapter computes on the CPU. */
export function isSoftwareAdapter(info: AdapterFacts): boolean {
  const { vendor, architecture, device, description } = info;
  const words = [description, device, vendor, architecture].join(" ");
  return info.isFallbackAdapter || isSoftwareRenderer(words);
}
