/**
 * Parts of the page that are fetched when they are needed.
 *
 * Some browsers remember a module that could not be fetched for as long as the page is open, and a
 * style sheet that failed is not asked for again. So the files come first, by fetch, and are
 * imported once all of them are there.
 */

/** A part of the page that could not be had; the message is the end of "… could not be loaded: …". */
export class PartError extends Error {
  override readonly name = "PartError";
  /** The device, or the server, may be back in a moment. */
  readonly isPassing: boolean;

  constructor(message: string, isPassing: boolean) {
    super(message);
    this.isPassing = isPassing;
  }
}

/** Milliseconds that a file may take: the largest has 120 kB compressed. */
const ARRIVES_WITHIN = 60_000;
/** Milliseconds that the page itself may take, of 2 kB. */
const ANSWERS_WITHIN = 15_000;

/** Files on their way or there, by address. */
const files = new Map<string, Promise<void>>();

/**
 * Fetches a part's files, then loads it.
 *
 * @param path of the module that is imported, from src, without its ending
 * @throws PartError where a file cannot be had, or does not start
 */
export async function loadPart<T>(path: string, load: () => Promise<T>): Promise<T> {
  const own = filesOf(path);
  await Promise.all(own.map(fetchOnce));
  await Promise.all(own.map(mendStyle));
  try {
    return await load();
  } catch (error) {
    console.error(error);
    for (const file of own) noteBrokenStyle(file);
    const reason = error instanceof Error ? error.message : String(error);
    throw new PartError(`it did not start (${reason.replace(/\.$/, "")}).`, false);
  }
}

/** As the build lists them (scripts/lib/parts.mjs); none in development. */
function filesOf(path: string): readonly string[] {
  table ??= JSON.parse(document.getElementById("parts")?.textContent ?? "{}") as typeof table;
  return table?.[path] ?? [];
}

let table: Readonly<Record<string, readonly string[]>> | null = null;

function fetchOnce(file: string): Promise<void> {
  const address = new URL(file, document.baseURI).href;
  const known = files.get(address);
  if (known) return known;
  const fetched = fetchFile(address, file.replace(/^.*\//, ""));
  files.set(address, fetched);
  fetched.catch(() => {
    files.delete(address);
    failed.add(address);
  });
  return fetched;
}

/** Files that failed before: what a cache says of them no longer counts. */
const failed = new Set<string>();

async function fetchFile(address: string, name: string): Promise<void> {
  const signal = AbortSignal.timeout(ARRIVES_WITHIN);
  const cache = failed.has(address) ? "no-cache" : "default";
  let response: Response;
  try {
    response = await fetch(address, { signal, cache });
    // All of it, into the browser's cache: it is imported from there.
    await response.arrayBuffer();
  } catch {
    throw unreachable();
  }
  if (!response.ok) {
    throw new PartError(`the server answers ${response.status} for ${name}.`, true);
  }
  // Some servers have a page for everything that they have not.
  if (response.headers.get("Content-Type")?.startsWith("text/html")) {
    throw new PartError(`the server has a web page in place of ${name}.`, true);
  }
}

/** What to say where fetch says no more than that it failed. */
function unreachable(): PartError {
  return navigator.onLine
    ? new PartError("the server does not answer.", true)
    : new PartError("this device is offline.", true);
}

/** Addresses of style sheets that failed: the import that wanted them takes them for loaded. */
const broken = new Set<string>();

const linkOf = (address: string): HTMLLinkElement | undefined =>
  [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')].find(
    ({ href }) => href === address,
  );

function noteBrokenStyle(file: string): void {
  const { href } = new URL(file, document.baseURI);
  if (linkOf(href)?.sheet === null) broken.add(href);
}

/** Asks for a style sheet anew that failed before. */
async function mendStyle(file: string): Promise<void> {
  const { href } = new URL(file, document.baseURI);
  const link = linkOf(href);
  if (!link || !broken.delete(href)) return;
  const again = link.cloneNode() as HTMLLinkElement;
  try {
    await new Promise<void>((resolve, reject) => {
      again.onload = () => resolve();
      again.onerror = () => reject(unreachable());
      link.replaceWith(again);
    });
  } catch (error) {
    broken.add(href);
    throw error;
  }
}

/**
 * What the page's server has: a newer build than the one that runs, whose files then have other
 * names, or the same, as far as one can tell; or that it does not answer.
 */
export async function askServer(): Promise<"same" | "newer" | "silent" | "offline"> {
  const own = buildOf(document);
  try {
    const { origin, pathname } = window.location;
    const response = await fetch(origin + pathname, {
      cache: "no-store",
      signal: AbortSignal.timeout(ANSWERS_WITHIN),
    });
    if (response.status >= 500) return "silent";
    const text = await response.text();
    const now = buildOf(new DOMParser().parseFromString(text, "text/html"));
    return own === null || now === null || now === own ? "same" : "newer";
  } catch {
    return navigator.onLine ? "silent" : "offline";
  }
}

/**
 * The names of its scripts, which end in a digest of all that the build consists of.
 *
 * Null of what is none: in development, or where a login or an outage has taken the page's place.
 */
function buildOf(page: Document): string | null {
  if (!page.getElementById("parts")) return null;
  const scripts = page.querySelectorAll<HTMLScriptElement>('script[type="module"][src]');
  return [...scripts].map((script) => script.getAttribute("src")).join();
}
