/** An address as it was typed or linked; null for what is none. `URL.canParse` is younger than the oldest browsers that we support. */
export function parseAddress(address: string, base?: string): URL | null {
  try {
    return new URL(address, base);
  } catch {
    return null;
  }
}
