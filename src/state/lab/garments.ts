/** Which test images the lab shows. */

/**
 * Places of the first images of each class, in turn, as many as asked for where there are enough.
 *
 * @param labels of the test split
 */
export function inTurn(labels: Uint8Array, count: number): number[] {
  const queues = [...new Set(labels)]
    .sort((a, b) => a - b)
    .map((label) => [...labels.keys()].filter((place) => labels[place] === label));
  const chosen: number[] = [];
  for (let rank = 0; chosen.length < Math.min(count, labels.length); rank++) {
    for (const queue of queues) {
      const place = queue[rank];
      if (place !== undefined && chosen.length < count) chosen.push(place);
    }
  }
  return chosen;
}
