/** Where Fashion-MNIST can come from, best first. */

import { DEBIAN_FOLDER, DEBIAN_PACKAGE, filesOfPackage } from "./debian";
import { download, MOST_MINUTES } from "./download";
import { checkedFiles, type Files, filesOfFolder, MOST_FILE_BYTES } from "./files";

/** Fraction done (0 to 1) and what is being done. */
export type Report = (fraction: number, text: string) => void;

export interface Source {
  readonly name: string;
  /** Somebody named it: why it gives nothing is said even where another source does. */
  readonly isAskedFor?: boolean;
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

/** The sources to try, in order; a folder named in the environment comes first. */
export function sourcesFor(environment: NodeJS.ProcessEnv, get: typeof fetch = fetch): Source[] {
  const folder = environment[FOLDER_VARIABLE];
  const named = folder && {
    ...folderSource(`the folder of ${FOLDER_VARIABLE}, ${folder}`, folder),
    isAskedFor: true,
  };
  return [
    ...(named ? [named] : []),
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
      // All four together: a source that is given up has had its time once.
      const until = performance.now() + MOST_MINUTES * 60_000;
      return checkedFiles((name) =>
        download(get, `${address}${name}.gz`, MOST_FILE_BYTES, until, (bytes) => {
          received += bytes;
          const megabytes = (received / 1e6).toFixed(1);
          const fraction = Math.min(1, received / DOWNLOAD_BYTES);
          report(fraction, `${megabytes} MB from ${new URL(address).host}`);
        }),
      );
    },
  };
}
