/**
 * Settings of one training run: everything that, with the data, determines its result.
 *
 * A setting is a row of `SETTINGS`: what it may be, what it is by default, what it is called and
 * where it belongs. All else is read from the rows, so that a new setting is a new row, and code in
 * the one place where it acts:
 *
 * - `RunConfig`, a value for each row, and `DEFAULT_CONFIG`;
 * - the check of what comes from outside, in stored runs, files and messages (config-schema.ts);
 * - the recipes that nets come with (recipes.ts);
 * - a page's link (state/link.ts), and what counts as changed by hand (state/recipe.ts);
 * - the options of `train`, their help and its check (cli/train-options.ts);
 * - the form's fields (ui/views/train/recipe/SettingField.tsx), at once or behind *More*, and settings
 *   in words (ui/kit/recipe).
 *
 * A row's `type` (value-types.ts) says what its values are, in JSON and as text: a number, one of
 * some names, on or off, or a value with a text form of its own, as losses have. `part` names what
 * is shown, changed and put back as one; `needs` says which nets can have it.
 */

import { builtIn, DATA_SETS } from "../datasets/catalogue";
import { FASHION_MNIST } from "../datasets/fashion-mnist";
import { SPLITS, type SplitName } from "../datasets/split";
import { PRESETS } from "../nets/presets";
import { DATA_TYPE } from "./data";
import { LOSS_TYPE, type LossWeights, lossFormula } from "./loss";
import { LATENT_TYPE, LONGEST_NET_NAME, NET_TYPE, type NetTraits } from "./net";
import {
  choice,
  classIds,
  decimalNumber,
  eitherOf,
  numberOr,
  shortText,
  type ValueType,
  wholeNumber,
} from "./value-types";

/**
 * `auto` takes the fastest device that works; `wasm` and `webgpu` are this engine's own, `tfjs`
 * names follow tfjs's backends.
 */
export const DEVICES = ["auto", "wasm", "webgpu", "tfjs-webgpu", "tfjs-webgl", "tfjs-cpu"] as const;

/** How the learning rate goes over the steps of a run; schedule.ts has the formulas. */
export const SCHEDULES = ["constant", "cosine", "oneCycle"] as const;

/** As Keras has them: engine/optimizer.ts has the formulas. */
export const OPTIMIZERS = ["adam", "sgd", "rmsprop"] as const;

const OPTIMIZER_WORDS: Readonly<Record<(typeof OPTIMIZERS)[number], string>> = {
  adam: "Adam",
  sgd: "SGD",
  rmsprop: "RMSprop",
};

const SPLIT_WORDS: Readonly<Record<SplitName, string>> = {
  stratified: "stratified",
  writeup: "write-up’s",
  "own-test": "with the set’s own test part",
};

/** What early stopping and best weights look at, on the validation split. */
export const MONITORS = ["validationLoss", "ssimWriteup", "ssim", "mse"] as const;

const MONITOR_WORDS: Readonly<Record<(typeof MONITORS)[number], string>> = {
  validationLoss: "validation loss",
  ssimWriteup: "validation SSIM (write-up)",
  ssim: "validation SSIM (Wang)",
  mse: "validation MSE",
};

/** One row of the table. */
export interface Setting<T> {
  readonly type: ValueType<T>;
  readonly default: T;
  /** In a link, and behind two dashes on the command line. */
  readonly key: string;
  /** What comes with the net's recipe, and what else is chosen: the net, the images, the device. */
  readonly group: "net" | "data" | "recipe" | "device";
  /** Settings that are shown, changed and put back as one; most are alone in theirs. */
  readonly part: string;
  /** In the form, and in small letters within a sentence. */
  readonly label: string;
  /** Over the form's field, where the label does not do. */
  readonly fieldLabel?: string;
  /** In the help, without what is allowed. */
  readonly help: string;
  /** Who "must be …" what is allowed. */
  readonly subject: string;
  /** A choice's names, in the form's field. */
  readonly titles?: Readonly<Record<string, string>>;
  /** What a value is for people; left out, its text. Empty where there is nothing to say of it. */
  inWords?(value: T): string;
  /** In the form before *More* is opened: what a first hour needs. */
  readonly isFirst?: true;
  /** Left out where every net can have all values. */
  readonly needs?: readonly {
    net(traits: NetTraits): boolean;
    /** Which values such a net is needed for; left out, all but the default: it has no field then. */
    isFor?(value: T): boolean;
    /** What other nets "cannot" do, and why. */
    readonly others: string;
  }[];
  /** What configs from before this setting meant; left out for those that all of them have. */
  readonly before?: T;
}

const NEEDS_SAMPLE = {
  net: ({ isVariational }: NetTraits) => isVariational,
  others: "weigh the divergence of a code that is drawn: the net draws none",
};

export const SETTINGS = {
  preset: {
    type: choice(PRESETS),
    default: "baseline",
    key: "preset",
    group: "net",
    part: "preset",
    label: "Net",
    help: "The net, and its recipe",
    subject: "The net",
  },
  /** A net of one's own, trained by the preset's recipe; null for the preset's. */
  net: {
    type: NET_TYPE,
    default: null,
    key: "net",
    group: "net",
    part: "net",
    label: "Own net",
    help: "A net of your own, as a line of text (docs/nets.md)",
    subject: "The net's text",
    before: null,
    inWords: (net: string | null) => net ?? "",
  },
  /** What its maker calls an own net; empty for no name. */
  netName: {
    type: shortText(LONGEST_NET_NAME),
    default: "",
    key: "net-name",
    group: "net",
    part: "net",
    label: "Name of the net",
    help: "What your own net is called",
    subject: "The net's name",
    before: "",
  },
  /** Numbers in the latent vector. */
  latentSize: {
    type: LATENT_TYPE,
    default: 128,
    key: "latent",
    group: "recipe",
    part: "latentSize",
    label: "Latent size",
    help: "Numbers in the latent vector",
    subject: "The latent size",
  },
  /** Which images: what they are follows from it. */
  data: {
    type: DATA_TYPE,
    default: FASHION_MNIST.id,
    key: "data",
    group: "data",
    part: "data",
    label: "Data set",
    help: `Which images: ${DATA_SETS.map(({ id }) => id).join(", ")}`,
    subject: "The data set",
    before: FASHION_MNIST.id,
    inWords: (data: string) => builtIn(data)?.title ?? data,
  },
  /** Class ids, ascending, without repeats, at least one. */
  classes: {
    type: classIds("A class"),
    default: [0, 1],
    key: "classes",
    group: "data",
    part: "classes",
    label: "Garments",
    help: "Class ids",
    subject: "The classes",
  },
  /** Draws the split, the initial weights and the order of the batches. */
  seed: {
    type: wholeNumber(0, 2 ** 32 - 1),
    default: 1,
    key: "seed",
    group: "data",
    part: "seed",
    label: "Seed",
    help: "Draws the split, the weights and the order",
    subject: "The seed",
  },
  split: {
    type: choice(SPLITS, (split, { title, testCounts }) =>
      split === "own-test" && !testCounts
        ? `${title} has no test part of its own, and is split at random by stratified or writeup`
        : null,
    ),
    default: "stratified",
    key: "split",
    group: "data",
    part: "split",
    label: "Split",
    help: "How the images are split: 80/10/10, or with the set's own test part",
    subject: "The split",
    titles: { stratified: "80/10/10", writeup: "Write-up", "own-test": "Own test part" },
    inWords: (split: keyof typeof SPLIT_WORDS) => SPLIT_WORDS[split],
  },
  epochs: {
    type: wholeNumber(1, 1000),
    default: 50,
    key: "epochs",
    group: "recipe",
    part: "epochs",
    label: "Epochs",
    help: "Passes over the training images",
    subject: "Epochs",
    isFirst: true,
  },
  /** Images a step. */
  batchSize: {
    type: wholeNumber(1, 1024),
    default: 128,
    key: "batch",
    group: "recipe",
    part: "batchSize",
    label: "Batch size",
    help: "Images a step",
    subject: "The batch size",
    isFirst: true,
  },
  /** What is minimised. */
  loss: {
    type: LOSS_TYPE,
    default: { binaryCrossentropy: 1 },
    key: "loss",
    group: "recipe",
    part: "loss",
    label: "Loss",
    help: "What is minimised, a sum of bce, mse, mae, huber, cosine, ssimUniform, ssimGaussian, ssimWriteup, cce",
    subject: "The loss",
    inWords: lossFormula,
    needs: [
      {
        net: ({ endsInSigmoid }: NetTraits) => endsInSigmoid,
        isFor: ({ binaryCrossentropy }: LossWeights) => binaryCrossentropy !== undefined,
        others: "have binaryCrossentropy: the net does not end in a sigmoid",
      },
      {
        net: ({ endsInSoftmax }: NetTraits) => endsInSoftmax,
        isFor: ({ categoricalCrossentropy }: LossWeights) => categoricalCrossentropy !== undefined,
        others: "have categoricalCrossentropy: the net does not end in a softmax",
      },
    ],
  },
  /** What the divergence of a drawn code from N(0, 1) counts beside the reconstruction, both in nats. */
  beta: {
    type: decimalNumber(0, 100),
    default: 1,
    key: "beta",
    group: "recipe",
    part: "beta",
    label: "β of the divergence",
    help: "Weight of the divergence of a code that is drawn",
    subject: "The divergence's weight",
    before: 1,
    needs: [NEEDS_SAMPLE],
  },
  /** Steps in which that weight grows from 0. */
  betaWarmup: {
    type: wholeNumber(0, 1_000_000),
    default: 0,
    key: "beta-warmup",
    group: "recipe",
    part: "beta",
    label: "Warm-up of β",
    help: "Steps in which beta grows from 0",
    subject: "The warm-up of beta",
    before: 0,
    inWords: (steps: number) => (steps > 0 ? `grown over ${steps} steps` : ""),
    needs: [NEEDS_SAMPLE],
  },
  /** Nats of each number of each image that cost nothing (Kingma et al. 2016: free bits). */
  freeNats: {
    type: decimalNumber(0, 10),
    default: 0,
    key: "free-nats",
    group: "recipe",
    part: "beta",
    label: "Free nats",
    help: "Nats of each number of a drawn code that cost nothing",
    subject: "Free nats",
    before: 0,
    inWords: (nats: number) => (nats > 0 ? `${nats} nats a number free` : ""),
    needs: [NEEDS_SAMPLE],
  },
  /** The optimiser's step size; with a schedule or warm-up, its peak. */
  learningRate: {
    type: decimalNumber(1e-6, 1),
    default: 0.001,
    key: "lr",
    group: "recipe",
    part: "learningRate",
    label: "Learning rate",
    help: "The learning rate, at its peak",
    subject: "The learning rate",
    isFirst: true,
  },
  schedule: {
    type: choice(SCHEDULES),
    default: "constant",
    key: "schedule",
    group: "recipe",
    part: "schedule",
    label: "Schedule",
    help: "How the learning rate goes after the warm-up",
    subject: "The schedule",
  },
  /** Fraction of all steps over which the learning rate rises. */
  warmup: {
    type: decimalNumber(0, 0.5),
    default: 0,
    key: "warmup",
    group: "recipe",
    part: "schedule",
    label: "Warm-up",
    help: "Fraction of the steps in which it rises",
    subject: "The warm-up",
  },
  /** How gradients change weights. */
  optimizer: {
    type: choice(OPTIMIZERS),
    default: "adam",
    key: "optimizer",
    group: "recipe",
    part: "optimizer",
    label: "Optimiser",
    help: "How gradients change weights",
    subject: "The optimiser",
    titles: OPTIMIZER_WORDS,
    before: "adam",
    inWords: (optimizer: keyof typeof OPTIMIZER_WORDS) => OPTIMIZER_WORDS[optimizer],
  },
  /** Adam's decay of the squared gradients' mean. */
  beta2: {
    type: decimalNumber(0, 0.9999),
    default: 0.999,
    key: "beta2",
    group: "recipe",
    part: "optimizer",
    label: "Adam’s β₂",
    help: "Adam's decay of squared gradients",
    subject: "Adam's beta2",
    inWords: (beta2: number) => `β₂ ${beta2}`,
  },
  /** Of SGD and RMSprop: the part of a step that the next one goes on with. */
  momentum: {
    type: decimalNumber(0, 0.999),
    default: 0,
    key: "momentum",
    group: "recipe",
    part: "optimizer",
    label: "Momentum",
    help: "Momentum of SGD and RMSprop",
    subject: "The momentum",
    before: 0,
    inWords: (momentum: number) => (momentum > 0 ? `momentum ${momentum}` : ""),
  },
  /** Whether SGD's momentum looks ahead, as Nesterov's does. */
  nesterov: {
    type: eitherOf({ on: true, off: false }),
    default: false,
    key: "nesterov",
    group: "recipe",
    part: "optimizer",
    label: "Nesterov’s momentum",
    help: "SGD's momentum looks ahead",
    subject: "Nesterov's momentum",
    before: false,
    inWords: (nesterov: boolean) => (nesterov ? "Nesterov’s" : ""),
  },
  /** RMSprop's decay of the squared gradients' mean. */
  rho: {
    type: decimalNumber(0, 0.9999),
    default: 0.9,
    key: "rho",
    group: "recipe",
    part: "optimizer",
    label: "RMSprop’s ρ",
    help: "RMSprop's decay of squared gradients",
    subject: "RMSprop's rho",
    before: 0.9,
    inWords: (rho: number) => `ρ ${rho}`,
  },
  /** Whether RMSprop divides by the gradients' deviation instead of their size. */
  centered: {
    type: eitherOf({ on: true, off: false }),
    default: false,
    key: "centered",
    group: "recipe",
    part: "optimizer",
    label: "Centred RMSprop",
    help: "RMSprop divides by the gradients' deviation",
    subject: "Centring RMSprop",
    before: false,
    inWords: (centered: boolean) => (centered ? "centred" : ""),
  },
  /** Decoupled weight decay: AdamW's, with Adam; 0 for none. */
  weightDecay: {
    type: decimalNumber(0, 1),
    default: 0,
    key: "weight-decay",
    group: "recipe",
    part: "optimizer",
    label: "Weight decay",
    help: "Decoupled weight decay; Adam with it is AdamW",
    subject: "The weight decay",
    inWords: (decay: number) => (decay > 0 ? `weight decay ${decay}` : ""),
  },
  /** Largest norm of the gradient over all weights; null for no limit. */
  clipNorm: {
    type: numberOr("none", decimalNumber(0.001, 1000)),
    default: null,
    key: "clip-norm",
    group: "recipe",
    part: "optimizer",
    label: "Largest gradient",
    help: "Largest norm of the gradient",
    subject: "The gradient's norm",
    inWords: (norm: number | null) => (norm === null ? "" : `gradients of norm ${norm} at most`),
  },
  /** Mirror training images left to right at random. */
  flips: {
    type: eitherOf({ on: true, off: false }),
    default: false,
    key: "flips",
    group: "recipe",
    part: "flips",
    label: "Mirrored images",
    fieldLabel: "Mirror images at random",
    help: "Mirror training images at random",
    subject: "Flips",
  },
  monitor: {
    type: choice(MONITORS),
    default: "validationLoss",
    key: "monitor",
    group: "recipe",
    part: "patience",
    label: "Monitored value",
    help: "What patience and best weights look at",
    subject: "The monitored value",
    inWords: (monitor: keyof typeof MONITOR_WORDS) => MONITOR_WORDS[monitor],
  },
  /** Epochs without a better monitored value before training stops; null trains them all. */
  patience: {
    type: numberOr("none", wholeNumber(1, 1000)),
    default: null,
    key: "patience",
    group: "recipe",
    part: "patience",
    label: "Patience",
    help: "Epochs without progress before it stops",
    subject: "The patience",
    inWords: (patience: number | null) =>
      patience === null ? "none" : patience === 1 ? "1 epoch" : `${patience} epochs`,
  },
  /** Keep the weights of the best monitored value; otherwise the last epoch's. */
  restoreBest: {
    type: eitherOf({ last: false, best: true }),
    default: false,
    key: "keep",
    group: "recipe",
    part: "patience",
    label: "Kept weights",
    help: "Whose epoch's weights are kept; best with --patience",
    subject: "Restoring the best weights",
  },
  device: {
    type: choice(DEVICES),
    default: "auto",
    key: "device",
    group: "device",
    part: "device",
    label: "Device",
    help: "What computes",
    subject: "The device",
    inWords: (device: string) => (device === "auto" ? "automatic" : device),
  },
  /** Of the WASM device; null takes what the machine has. */
  threads: {
    type: numberOr("auto", wholeNumber(1, 64)),
    default: null,
    key: "threads",
    group: "device",
    part: "threads",
    label: "Threads",
    fieldLabel: "Threads of WASM",
    help: "Threads of the WASM device",
    subject: "Threads",
    inWords: (threads: number | null) => (threads === null ? "automatic" : String(threads)),
  },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;
