/** The notebook's Python that judges the net and goes on with its training by the run's recipe. */

import type { RunConfig } from "../../config/config";

export const EVALUATION = `def distribute(indices, shuffled=False):
    """Batches of images, dealt out to all replicas."""
    data = tf.data.Dataset.from_tensor_slices(images[indices])
    if shuffled:
        # All machines shuffle alike, each epoch anew: each takes its share of one order.
        data = data.shuffle(len(indices), seed=RUN["seed"], reshuffle_each_iteration=True)
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    data = data.batch(RUN["batchSize"]).with_options(options)
    return strategy.experimental_distribute_dataset(data)


@tf.function
def figures_step(batch):
    def on_replica(x):
        outputs = model(x, training=False)
        return tf.reduce_sum(figures_of(x, outputs), axis=0)

    return strategy.reduce("SUM", strategy.run(on_replica, args=(batch,)), axis=None)


def evaluate(part):
    """Means over one part of the split; all machines get the same."""
    sums = sum(figures_step(batch).numpy() for batch in distribute(split[part]))
    return dict(zip(FIGURES, (sums / len(split[part])).tolist()))


print("test", evaluate("test"))`;

const OPTIMIZER_NAMES: Readonly<Record<RunConfig["optimizer"], string>> = {
  adam: "Adam",
  sgd: "SGD",
  rmsprop: "RMSprop",
};

export function trainingText({ optimizer }: Pick<RunConfig, "optimizer">): string {
  const name = OPTIMIZER_NAMES[optimizer];
  return `## Going on

The recipe of the run: its learning rates, ${name}, weight decay and mirrored images. The order of the
batches is TensorFlow's own. ${name} starts with empty moments.`;
}

const SCHEDULE = `def learning_rate_at(step, steps):
    """The learning rate of a step, counted from 1."""
    peak, schedule = RUN["learningRate"], RUN["schedule"]
    rising = round(RUN["warmup"] * steps)
    low = 1 / 25 if schedule == "oneCycle" else 0.0
    if step <= rising:
        return peak * (low + (1 - low) * step / rising)
    if schedule == "constant":
        return peak
    if schedule == "cosine":
        return peak * (1 + math.cos(math.pi * (step - rising - 1) / (steps - rising))) / 2
    progress = (step - rising) / (steps - rising)
    return peak * (1e-4 + (1 - 1e-4) * (1 + math.cos(math.pi * progress)) / 2)
`;

/** What an optimiser has beside the weights, and how it moves them by `gradient`. */
interface OptimizerCode {
  readonly constants: string;
  readonly arrays: readonly string[];
  readonly lines: readonly string[];
}

function optimizerCode({ optimizer, centered }: OptimizerChoice): OptimizerCode {
  switch (optimizer) {
    case "adam":
      return {
        constants: 'BETA_1, BETA_2, EPSILON = 0.9, RUN["beta2"], 1e-7',
        arrays: ["m", "v"],
        lines: [
          "m.assign(BETA_1 * m + (1 - BETA_1) * gradient)",
          "v.assign(BETA_2 * v + (1 - BETA_2) * tf.square(gradient))",
          "alpha = rate * tf.sqrt(1 - BETA_2**step) / (1 - BETA_1**step)",
          "change = -alpha * m / (tf.sqrt(v) + EPSILON)",
        ],
      };
    case "sgd":
      return {
        constants: 'MOMENTUM, NESTEROV = RUN["momentum"], RUN["nesterov"]',
        arrays: ["m"],
        lines: [
          "m.assign(MOMENTUM * m - rate * gradient)",
          "change = MOMENTUM * m - rate * gradient if NESTEROV else tf.identity(m)",
        ],
      };
    case "rmsprop":
      return {
        constants: 'RHO, MOMENTUM, EPSILON = RUN["rho"], RUN["momentum"], 1e-7',
        arrays: ["m", "v", ...(centered ? ["a"] : [])],
        lines: [
          "v.assign(RHO * v + (1 - RHO) * tf.square(gradient))",
          ...(centered
            ? [
                "a.assign(RHO * a + (1 - RHO) * gradient)",
                "spread = tf.maximum(v - tf.square(a), 0.0)",
              ]
            : ["spread = v"]),
          "m.assign(MOMENTUM * m + rate * gradient / tf.sqrt(spread + EPSILON))",
          "change = -m",
        ],
      };
  }
}

type OptimizerChoice = Pick<RunConfig, "optimizer" | "centered">;

const flatCode = ({ constants, arrays }: OptimizerCode) => `${constants}

# All trainable weights as one vector: one sum over all replicas a step.
variables = model.trainable_variables
shapes = [tuple(v.shape) for v in variables]
sizes = [math.prod(shape) for shape in shapes]
# Kernels decay; biases, and batch norm's scales and offsets, do not.
decays = tf.concat([tf.fill([n], float(len(s) > 1)) for n, s in zip(sizes, shapes)], 0)
with strategy.scope():
${arrays.map((array) => `    ${array} = tf.Variable(tf.zeros([sum(sizes)]), trainable=False)`).join("\n")}


def flat(tensors):
    return tf.concat([tf.reshape(t, [-1]) for t in tensors], 0)`;

const AVERAGES = `

# Batch norm's moving averages: each replica sees other images.
averages = [
    v
    for layer in model.layers
    if isinstance(layer, layers.BatchNormalization)
    for v in layer.non_trainable_variables
]`;

const JOIN_AVERAGES = `
    means = strategy.reduce("MEAN", given[3], axis=None)
    for variable, piece in zip(averages, tf.split(means, [math.prod(v.shape) for v in averages])):
        variable.assign(piece)`;

/**
 * @param optimizer with its settings
 * @param isNested whether the net cuts its codes off anew in each step
 * @param hasAverages whether it has batch norm
 */
export function stepCode({
  optimizer,
  isNested,
  hasAverages,
}: {
  readonly optimizer: OptimizerChoice;
  readonly isNested: boolean;
  readonly hasAverages: boolean;
}): string {
  const code = optimizerCode(optimizer);
  const counting = isNested ? "\n    truncations.assign_add([0, 1])" : "";
  return `${SCHEDULE}


${flatCode(code)}${hasAverages ? AVERAGES : ""}


@tf.function
def train_step(batch, rate, step):${counting}
    def on_replica(x):
        if RUN["flips"]:
            mirrored = tf.random.uniform([tf.shape(x)[0], 1, 1, 1]) < 0.5
            x = tf.where(mirrored, tf.reverse(x, [2]), x)
        count = tf.cast(tf.shape(x)[0], tf.float32)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(loss_of(x, model(x, training=True)))
            penalty = tf.add_n(model.losses) if model.losses else 0.0
            total = loss + penalty * count
        return flat(tape.gradient(total, variables)), total, count${hasAverages ? ", flat(averages)" : ""}

    given = strategy.run(on_replica, args=(batch,))
    gradient, total, count = (strategy.reduce("SUM", each, axis=None) for each in given[:3])${hasAverages ? JOIN_AVERAGES : ""}
    gradient /= count
    if RUN["clipNorm"] is not None:
        gradient = tf.clip_by_norm(gradient, RUN["clipNorm"])
${code.lines.map((line) => `    ${line}\n`).join("")}    weights = flat(variables) * (1 - rate * RUN["weightDecay"] * decays) + change
    for variable, piece, shape in zip(variables, tf.split(weights, sizes), shapes):
        variable.assign(tf.reshape(piece, shape))
    return total / count`;
}

export const LOOP = `MONITORS = {"validationLoss": "loss", "ssimWriteup": "ssim_writeup", "ssim": "ssim", "mse": "mse"}


def train(epochs):
    """Trains on; keeps the best weights where the recipe does, else the last."""
    steps = math.ceil(len(split["train"]) / RUN["batchSize"]) * epochs
    batches = distribute(split["train"], shuffled=True)
    monitor = MONITORS[RUN["monitor"]]
    sign = -1 if monitor.startswith("ssim") else 1
    step, best, best_epoch, best_weights = 0, math.inf, 0, None
    for epoch in range(1, epochs + 1):
        begun, losses = time.time(), []
        for batch in batches:
            step += 1
            rate = learning_rate_at(step, steps)
            losses.append(train_step(batch, tf.constant(rate, tf.float32), tf.constant(float(step))))
        found = evaluate("validation")
        shown = ", ".join(f"{name} {value:.4f}" for name, value in found.items())
        seconds = time.time() - begun
        print(f"epoch {epoch}: training loss {np.mean(losses):.4f}; validation {shown}; {seconds:.1f} s")
        if sign * found[monitor] < best:
            best, best_epoch = sign * found[monitor], epoch
            if RUN["restoreBest"]:
                best_weights = model.get_weights()
        if RUN["patience"] is not None and epoch - best_epoch >= RUN["patience"]:
            break
    if best_weights is not None:
        model.set_weights(best_weights)`;

export const GO_ON = `MORE_EPOCHS = 5

train(MORE_EPOCHS)
print("test", evaluate("test"))
# Each machine writes a file of its own.
task = os.environ.get("TF_CONFIG") and strategy.cluster_resolver.task_id
model.save("trained.keras" if not task else f"trained-{task}.keras")`;
