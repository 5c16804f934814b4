/** MozJPEG in Node. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import decode, { init as initDecoder } from "@jsquash/jpeg/decode.js";
import encode, { init as initEncoder } from "@jsquash/jpeg/encode.js";
import type { JpegCodec } from "../metrics/jpeg-sheet";

let started: Promise<unknown> | null = null;

/** The package looks for its WebAssembly over HTTP, unless it is given it. */
export function startJpeg(): Promise<unknown> {
  const resolve = createRequire(import.meta.url).resolve;
  const compiled = async (file: string) => {
    const module = await WebAssembly.compile(
      await readFile(resolve(`@jsquash/jpeg/codec/${file}`)),
    );
    return {
      instantiateWasm(imports: WebAssembly.Imports, use: (instance: WebAssembly.Instance) => void) {
        const instance = new WebAssembly.Instance(module, imports);
        use(instance);
        return instance.exports;
      },
    };
  };
  started ??= (async () => {
    await initEncoder(await compiled("enc/mozjpeg_enc.wasm"));
    await initDecoder(await compiled("dec/mozjpeg_dec.wasm"));
  })();
  return started;
}

export const nodeJpegCodec: JpegCodec = {
  async encode(pixels, settings) {
    await startJpeg();
    return encode(pixels, settings);
  },
  async decode(file) {
    await startJpeg();
    return decode(file);
  },
};
