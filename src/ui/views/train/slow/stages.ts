/** What a training step goes through, in words. */

import type { ItemWords } from "../../../../datasets/item-words";
import type { SlowStep } from "../../../../protocol/messages";
import { whole } from "../../../kit/format";
import { FACTOR, fatesOf, twoDigits } from "./flow";

/** Batch, forward, error, backward, weights, error after. */
export type Stage = 0 | 1 | 2 | 3 | 4 | 5;

interface StageWords {
  readonly title: string;
  readonly words: (slow: SlowStep, item: ItemWords) => string;
}

/** In their order. */
export const STAGES: readonly StageWords[] = [
  {
    title: "Batch",
    words: ({ count }, { one, many }) =>
      count === 1
        ? `One ${one} is looked at: it is the whole batch.`
        : `${whole(count)} ${many} in random order are looked at together: the batch. What is learnt from them is learnt in one step.`,
  },
  {
    title: "Forward",
    words: ({ layers }) => {
      // Of layers that learn: a pixel that is black in the whole batch is no fault of the net.
      const learning = layers.filter(({ weights }) => weights !== null);
      const dead = learning.reduce((sum, each) => sum + each.dead, 0);
      const said = dead === 0 ? "No map that is learnt is 0 for the whole batch." : deadWords(dead);
      return `They go through the net, layer by layer. Each layer makes its numbers; their size stands beside it. ${said}`;
    },
  },
  {
    title: "Error",
    words: ({ loss }, { many }) =>
      `What comes out is compared with the ${many} that went in. One number says how far off it is: a loss of ${loss.toFixed(4)}.`,
  },
  {
    title: "Backward",
    words: ({ layers }) => {
      const fates = fatesOf(layers);
      const count = (fate: string) => fates.filter((each) => each === fate).length;
      const [small, large] = [count("vanishing"), count("exploding")];
      const said =
        small + large === 0
          ? "On its way it neither vanishes nor explodes."
          : `On its way it ${small > 0 ? `vanishes at ${layersWords(small)}` : ""}${small > 0 && large > 0 ? " and " : ""}${large > 0 ? `explodes at ${layersWords(large)}` : ""}: there it is ${FACTOR} times as ${small > 0 ? "small" : "large"} as at the error.`;
      return `From the error the gradient flows back: for every number, which way it would make the loss larger, and how fast. ${said}`;
    },
  },
  {
    title: "Weights",
    words: ({ learningRate }) =>
      `Each weight goes a little against its gradient. How far, the optimiser says: the learning rate is ${twoDigits(learningRate)}.`,
  },
  {
    title: "Error after",
    words: ({ lossBefore, lossAfter, count }, { many }) => {
      const by = lossAfter - lossBefore;
      const said =
        by < 0
          ? `It is smaller by ${twoDigits(-by)}.`
          : by > 0
            ? `It is larger by ${twoDigits(by)}: the step was too long for this batch, or went by an earlier direction.`
            : "It is the same to all its digits.";
      return `The same ${count === 1 ? "batch" : many} through the changed net. ${said}`;
    },
  },
];

const deadWords = (dead: number): string =>
  dead === 1
    ? "One map or number is 0 for the whole batch: dead, as far as it can tell."
    : `${whole(dead)} maps or numbers are 0 for the whole batch: dead, as far as it can tell.`;

const layersWords = (count: number): string => (count === 1 ? "one layer" : `${count} layers`);
