/** Light or dark, for what is drawn pixel by pixel. */

import { useComputedColorScheme } from "@mantine/core";
import { useSyncExternalStore } from "react";

const print = window.matchMedia("print");

function subscribe(changed: () => void): () => void {
  print.addEventListener("change", changed);
  return () => print.removeEventListener("change", changed);
}

/** What the reader chose; on paper, light. */
export function useScheme(): "light" | "dark" {
  const scheme = useComputedColorScheme("light");
  const isPrinted = useSyncExternalStore(subscribe, () => print.matches);
  return isPrinted ? "light" : scheme;
}
