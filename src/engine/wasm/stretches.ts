/** Which operations run for one image after the other, and where the whole batch must meet. */

import type { Operation } from "../ops";

/** Numbers of the stretches of one-image work in which an operation takes part. */
export interface Visit {
  readonly first: number;
  readonly last: number;
}

export interface Stretches {
  /** In the plan's order. */
  readonly forward: readonly Visit[];
  readonly backward: readonly Visit[];
  readonly loss: number;
}

/**
 * Numbers the stretches of a training step, forward, then backward.
 *
 * Dense layers take the whole batch: they end a stretch and are one of their own. Batch norm looks
 * at every image before it changes the first: it works at the end of one stretch and at the
 * beginning of the next.
 */
export function stretchesOf(operations: readonly Operation[]): Stretches {
  let stretch = 0;
  const visit = ({ kind }: Operation): Visit => {
    const first = stretch;
    if (kind === "dense" || kind === "batchNorm") stretch += 2;
    return kind === "dense" ? { first: first + 1, last: first + 1 } : { first, last: stretch };
  };
  const forward = operations.map(visit);
  const loss = stretch;
  const backward = [...operations].reverse().map(visit).reverse();
  return { forward, backward, loss };
}
