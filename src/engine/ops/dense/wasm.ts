/**
 * Dense layers on the WASM device: products over the whole batch.
 *
 * The gradient of the input is computed transposed, dXᵀ = W · dYᵀ, so that the weights are read
 * row by row in every pass and never copied; turning round dY and dX costs under 1% of it.
 */

import { type Buffer, oddLines } from "../../wasm/buffers";
import { activate } from "../../wasm/lower/activation";
import { batchStep, ends, imageStep, type WasmKind } from "../../wasm/lower/context";
import {
  all,
  CHUNK,
  evenTable,
  PLAIN,
  type Product,
  panelsOf,
  product,
  tilesOf,
  wholePanels,
} from "../../wasm/lower/gemm";
import {
  grainFor,
  type Instruction,
  instruction,
  type Job,
  plus,
  rangeJob,
} from "../../wasm/program";
import { isTrained } from "../weights";
import type { DenseGradient, DenseOperation } from ".";

/** Inner steps of a product at a time: 256 rows of B for 128 columns are 128 KB, half an L2. */
const BLOCK = 256;

/** Columns of a bias gradient, or of a transposition, that one chunk takes. */
const STRIP = 64;

/** A long product as blocks that each add to the one before: ReLU waits for the last. */
function blocked(whole: Product): Instruction[] {
  const blocks = Math.max(1, Math.ceil(whole.length / BLOCK));
  return Array.from({ length: blocks }, (_, block) =>
    product({
      ...whole,
      a: plus(whole.a, block * BLOCK * whole.aStep),
      b: plus(whole.b, block * BLOCK * whole.bStep),
      length: Math.min(BLOCK, whole.length - block * BLOCK),
      accumulates: block > 0,
      relu: whole.relu && block === blocks - 1,
    }),
  );
}

/** Splits a product over the longer of its two sides. */
function splitProduct(
  threads: number,
  rows: number,
  whole: Pick<
    Product,
    "a" | "aTable" | "aStep" | "b" | "bStep" | "length" | "c" | "cTable" | "columns"
  >,
  epilogue = PLAIN,
): Job {
  const tiles = tilesOf(rows);
  const panels = panelsOf(whole.columns);
  const base = { ...whole, ...epilogue, runs: 1, aPitch: 0, bPitch: 0, accumulates: false };
  if (tiles >= panels) {
    const p = { ...base, tiles: CHUNK, panels: all(panels), panelsOutside: false };
    return rangeJob(tiles, grainFor(tiles, threads), ...blocked(p));
  }
  const p = { ...base, tiles: all(tiles), panels: CHUNK, panelsOutside: true };
  return rangeJob(panels, grainFor(panels, threads), ...blocked(p));
}

/** to[c][r] = from[r][c], split over columns. */
function transposeJob(
  threads: number,
  rows: number,
  columns: number,
  from: number,
  fromPitch: number,
  to: number,
  toPitch: number,
): Job {
  const quads = Math.ceil(columns / 4);
  const grain = Math.min(columns, 4 * grainFor(quads, threads));
  const transpose = instruction("transpose", {
    from,
    fromPitch,
    to,
    toPitch,
    rows,
    columnFrom: CHUNK.from,
    columnTo: CHUNK.to,
  });
  return rangeJob(columns, grain, transpose);
}

/** Sums over the batch of each column, in strips that threads share. */
function biasJobs(gradient: Buffer, images: number, units: number, to: number): Job[] {
  const strips = Math.floor(units / STRIP);
  const rest = units - strips * STRIP;
  const from = gradient.at.base;
  const sum = (first: number, channels: number): Instruction =>
    instruction("columnSums", {
      from: { base: from + first * 4, stride: STRIP * 4, by: "from" },
      fromPitch: gradient.stride,
      rows: images,
      pixels: 1,
      channels,
      to: { base: to + first * 4, stride: STRIP * 4, by: "from" },
      accumulates: false,
    });
  return [
    ...(strips > 0 ? [rangeJob(strips, 1, sum(0, STRIP))] : []),
    ...(rest > 0 ? [rangeJob(1, 1, sum(strips * STRIP, rest))] : []),
  ];
}

export const dense: WasmKind<DenseOperation> = {
  meets: "batch",
  lower(context, operation) {
    const { arena, threads, capacity } = context;
    const { from, to } = ends(context, operation);
    const units = operation.output.channels;
    const relu = operation.activation === "relu";
    const bias = operation.bias ? context.weights(operation.bias) : null;
    const whole = {
      a: from.at.base,
      aTable: evenTable(arena, capacity, from.stride),
      aStep: 4,
      b: context.weights(operation.kernel),
      bStep: units * 4,
      length: operation.input.channels,
      c: to.at.base,
      cTable: evenTable(arena, capacity, to.stride),
      columns: units,
    };
    const activation = relu ? [] : activate(operation.activation, to);
    return {
      run: (images) => [
        batchStep([splitProduct(threads, images, whole, { bias, relu })]),
        ...(activation.length > 0 ? [imageStep(...activation)] : []),
      ],
    };
  },
};

export const denseGradient: WasmKind<DenseGradient> = {
  meets: "batch",
  lower(context, { inputs: tensors, result, of }) {
    const { arena, threads, capacity } = context;
    const gradient = context.buffer(tensors[0]!);
    const input = context.buffer(tensors[1]!);
    const to = context.taken(result);
    const inputs = of.input.channels;
    const units = of.output.channels;
    const rowBytes = units * 4;
    // Columns are images: padded to whole panels, whose last columns nobody reads.
    const imagePitch = oddLines(wholePanels(capacity) * 4);
    const weightRows = evenTable(arena, inputs, rowBytes);
    const inputColumns = evenTable(arena, inputs, 4);

    /** The gradients of kernel and bias, unless they are frozen. */
    const weightJobs = (images: number): Job[] => {
      if (!isTrained(of)) return [];
      return [
        splitProduct(threads, inputs, {
          a: input.at.base,
          aTable: inputColumns,
          aStep: input.stride,
          b: gradient.at.base,
          bStep: gradient.stride,
          length: images,
          c: context.gradients(of.kernel),
          cTable: weightRows,
          columns: units,
        }),
        ...(of.bias ? biasJobs(gradient, images, units, context.gradients(of.bias)) : []),
      ];
    };
    if (!to) return { run: (images) => [batchStep(weightJobs(images))] };

    const turnedGradient = arena.allocate(units * imagePitch);
    const turnedInput = arena.allocate(inputs * imagePitch);
    const turnedRows = evenTable(arena, inputs, imagePitch);
    const turn = (images: number): Job => {
      const { at, stride } = gradient;
      return transposeJob(threads, images, units, at.base, stride, turnedGradient, imagePitch);
    };
    const turnBack = (images: number): Job => {
      const { at, stride } = to;
      return transposeJob(threads, inputs, images, turnedInput, imagePitch, at.base, stride);
    };
    const turned = {
      a: context.weights(of.kernel),
      aTable: weightRows,
      aStep: 4,
      b: turnedGradient,
      bStep: imagePitch,
      length: units,
      c: turnedInput,
      cTable: turnedRows,
    };
    return {
      run(images) {
        const columns = wholePanels(images);
        const inputJob = splitProduct(threads, inputs, { ...turned, columns });
        const products = [...weightJobs(images), inputJob];
        return [batchStep([turn(images)], products, [turnBack(images)])];
      },
    };
  },
};
