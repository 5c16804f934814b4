/** Collects the nodes and arrays of an ONNX graph while layers are written into it. */

import type { Attribute, OnnxNode, OnnxTensor } from "./proto";

interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Names of the attributes that are floating-point numbers. */
  readonly floats?: readonly string[];
}

export class OnnxBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly tensors: OnnxTensor[] = [];
  /** What the tensor that a layer gives is called. */
  readonly tensorOf: (layer: string) => string;

  constructor(tensorOf: (layer: string) => string) {
    this.tensorOf = tensorOf;
  }

  /** Adds a node that gives the tensor `output`; returns that name. */
  node(
    operator: string,
    inputs: readonly string[],
    output: string,
    { attributes = {}, floats = [] }: NodeOptions = {},
  ): string {
    this.nodes.push({
      operator,
      name: `${operator}:${output}`,
      inputs,
      outputs: [output],
      attributes,
      floats,
    });
    return output;
  }

  floats(name: string, values: Float32Array, shape: readonly number[]): string {
    this.tensors.push({ name, shape, values });
    return name;
  }

  /** A single number, of rank 0. */
  scalar(name: string, value: number): string {
    return this.floats(name, Float32Array.of(value), []);
  }

  /** Whole numbers, such as the target of a Reshape. */
  integers(name: string, values: readonly number[]): string {
    this.tensors.push({
      name,
      shape: [values.length],
      values: BigInt64Array.from(values, (value) => BigInt(value)),
    });
    return name;
  }

  transpose(input: string, output: string, perm: readonly number[]): string {
    return this.node("Transpose", [input], output, { attributes: { perm } });
  }
}
