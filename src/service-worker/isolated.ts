/** Answers with the headers by which a browser lets threads share memory, for hosts that send none. */

/** Those of scripts/lib/headers.mjs that isolate a page. */
export const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "cross-origin",
} as const;

/** The answer as it is where its server sends those headers, or where nothing may be added to it. */
export function isolated(response: Response): Response {
  const isReadable = response.status > 0 && response.type !== "opaqueredirect";
  if (!isReadable || response.headers.has("Cross-Origin-Embedder-Policy")) return response;
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  return new Response(response.body, { status, statusText, headers });
}
