/** Where Fashion-MNIST can come from, best first. */

import { DEBIAN_FOLDER, DEBIAN_PACKAGE, filesOfPackage } from "./debian";
import { checkedFiles, type Files, filesOfFolder } from "./files";

/** Fraction done (0 to 1) and what is being done. */
export type Report = (fraction: number, text: string) => void;

export interface Source {
  readonly name: string;
  /** @throws Error that says why this source gives nothing */
  get(report: Report): Promise<Files>;
}

const FOLDER_VARIABLE = "LATENT_LOOM_DATA";
/** The data set's own repository and its bucket. */
const MIRRORS = [
  "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
  "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
];
/** The four compressed files together. */
const DOWNLOAD_BYTES = 30_900_000;
/** Without a byte for so long, a download has failed. */
const STALL_MS = 20_000;

/** The sources to try, in order; a folder named in the environment comes first. */
export function sourcesFor(environment: NodeJS.ProcessEnv, get: typeof fetch = fetch): Source[] {
  const folder = environment[FOLDER_VARIABLE];
  return [
    ...(folder ? [folderSource(`the folder of ${FOLDER_VARIABLE}, ${folder}`, folder)] : []),
    folderSource(DEBIAN_FOLDER, DEBIAN_FOLDER),
    ...MIRRORS.map((address) => mirrorSource(address, get)),
    { name: `Debian's package ${DEBIAN_PACKAGE}`, get: (report) => filesOfPackage(report) },
  ];
}

function folderSource(name: string, folder: string): Source {
  return {
    name,
    get: (report) => {
      report(0, `reading ${folder}`);
      return filesOfFolder(folder);
    },
  };
}

function mirrorSource(address: string, get: typeof fetch): Source {
  return {
    name: address,
    async get(report) {
      let received = 0;
      return checkedFiles((name) =>
        download(get, `${address}${name}.gz`, (bytes) => {
          received += bytes;
          const megabytes = (received / 1e6).toFixed(1);
          report(received / DOWNLOAD_BYTES, `${megabytes} MB from ${new URL(address).host}`);
        }),
      );
    },
  };
}

async function download(
  get: typeof fetch,
  address: string,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array> {
  const control = new AbortController();
  const stalled = () => control.abort(new Error(`no byte came for ${STALL_MS / 1000} s`));
  let timer = setTimeout(stalled, STALL_MS);
  try {
    const response = await get(address, { signal: control.signal });
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = setTimeout(stalled, STALL_MS);
      chunks.push(chunk);
      onBytes(chunk.length);
    }
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(timer);
  }
}

/** Why a source failed, in a line; `fetch` hides the reason in the error's cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
