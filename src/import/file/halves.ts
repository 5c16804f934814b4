/** An encoder and a decoder, each in a file of its own, as one model. */

import { wholeProblem } from "../problems";
import { MODEL_INPUT, type Topology, type TopologyPart } from "../topology";
import type { ReadModel } from "./read-model";

/** The one that takes more numbers comes first: an image, and what it makes of it goes into the other. */
export function joinedModels(one: ReadModel, other: ReadModel): ReadModel {
  const [encoder, decoder] = inputSize(one) >= inputSize(other) ? [one, other] : [other, one];
  const problems = [...encoder.problems, ...decoder.problems];
  const stored = new Map(
    [[ENCODER, encoder] as const, [DECODER, decoder] as const].flatMap(
      ([before, { stored: arrays }]) =>
        [...arrays].map(([name, each]) => [before + name, each] as const),
    ),
  );
  const compiled = {
    settings: {},
    notes: [
      "Two files say nothing of how both were trained: it trains on with Adam and a learning rate of 0.001.",
    ],
  };
  const path = `${encoder.path} and ${decoder.path}`;
  const [first, second] = [encoder.topology, decoder.topology];
  const moments = null;
  if (!first || !second) return { path, topology: null, stored, compiled, moments, problems };
  if (first.dialect !== second.dialect) {
    problems.push(
      wholeProblem(
        `${encoder.path} and ${decoder.path} were saved by Keras 2 and Keras 3: save both by the same.`,
      ),
    );
  }
  const topology = joined(first, second);
  return { path: encoder.path, topology, stored, compiled, moments, problems };
}

const ENCODER = "encoder/";
const DECODER = "decoder/";

function inputSize({ topology }: ReadModel): number {
  return (topology?.inputShape ?? []).reduce<number>((product, side) => product * (side ?? 1), 1);
}

function joined(first: Topology, second: Topology): Topology {
  const encoder = renamed(first, ENCODER, MODEL_INPUT);
  const decoder = renamed(second, DECODER, encoder.output);
  return {
    ...first,
    layers: [...encoder.layers, ...decoder.layers],
    output: decoder.output,
    inner: [encoder.output, decoder.output],
    parts: [...encoder.parts, ...decoder.parts],
  };
}

/** With that before each layer's name, and with what it takes in place of its input. */
function renamed({ layers, output, parts }: Topology, before: string, input: string) {
  const name = (own: string) => (own === MODEL_INPUT ? input : before + own);
  const part = (each: TopologyPart): TopologyPart => ({
    ...each,
    name: before + each.name,
    parts: each.parts?.map(part) ?? null,
  });
  return {
    layers: layers.map((layer) => ({
      ...layer,
      name: before + layer.name,
      inputs: layer.inputs.map(name),
    })),
    output: name(output),
    parts: parts.map(part),
  };
}
