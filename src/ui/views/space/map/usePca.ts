/** What PCA with as many numbers makes of the test images, to set a net's reconstructions beside. */

import { useEffect, useState } from "react";
import type { Reconstructions } from "../../../../protocol/lab";
import { useSpace } from "../space";

/** @param wanted from when on it is fitted: that takes seconds */
export function usePca(wanted: boolean): Reconstructions | null {
  const space = useSpace();
  const [pca, setPca] = useState<Reconstructions | null>(null);
  const isWanted = wanted && pca === null;
  useEffect(() => {
    const { net } = space.store.getState();
    if (!isWanted || !net) return;
    const { config } = net;
    const asked = { data: config, images: { part: "test" }, kept: config.latentSize } as const;
    space.ask("pcaReconstruct", asked).then(setPca, space.report);
  }, [space, isWanted]);
  return pca;
}
