/** Light or dark, for what is drawn pixel by pixel. */

import { useComputedColorScheme } from "@mantine/core";
import { useSyncExternalStore } from "react";

/** Asked for when it is needed: what draws is imported where there is no window, too. */
const onPaper = (): MediaQueryList => window.matchMedia("print");

function subscribe(changed: () => void): () => void {
  const print = onPaper();
  print.addEventListener("change", changed);
  return () => print.removeEventListener("change", changed);
}

/** What the reader chose; on paper, light. */
export function useScheme(): "light" | "dark" {
  const scheme = useComputedColorScheme("light");
  const isPrinted = useSyncExternalStore(subscribe, () => onPaper().matches);
  return isPrinted ? "light" : scheme;
}
