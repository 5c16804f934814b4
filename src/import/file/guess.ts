/** What images decide that a file does not say. */

import type { ModelChoices, OpenedModel, Ranges, TrainedNet } from "./index";

/** By how much another range has to be better than the likeliest one: a net that knows nothing favours any. */
const MARGIN = 0.8;

/**
 * The ranges by which the model reconstructs images best.
 *
 * @param judge the mean squared error of its reconstructions of some images; asked only where there is a choice
 */
export async function bestRanges(
  model: OpenedModel,
  choices: ModelChoices,
  judge: (net: TrainedNet) => Promise<number>,
): Promise<Ranges> {
  const possible = model.ranges.filter(
    ({ takes, makes }) => (choices.takes ?? takes) === takes && (choices.makes ?? makes) === makes,
  );
  const [first = model.ranges[0], ...others] = possible;
  if (others.length === 0) return { ...first, ...saidIn(choices) };
  let best = first;
  let least = (await judge(model.build({ ...choices, ...first }))) * MARGIN;
  for (const ranges of others) {
    const error = await judge(model.build({ ...choices, ...ranges }));
    if (error >= least) continue;
    best = ranges;
    least = error;
  }
  return best;
}

const saidIn = ({ takes, makes }: ModelChoices): Partial<Ranges> => ({
  ...(takes && { takes }),
  ...(makes && { makes }),
});
