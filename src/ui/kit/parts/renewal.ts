/** How what stands in a part of the page has that part made anew, with all that it asks for. */

import { createContext, useContext } from "react";

export const RenewalContext = createContext<(() => void) | null>(null);

export function useRenewal(): () => void {
  const renew = useContext(RenewalContext);
  if (!renew) throw new Error("RenewalContext is missing: it comes with a Part");
  return renew;
}
