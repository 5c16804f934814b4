/**
 * Dense layers on the WASM device: products over the whole batch.
 *
 * The gradient of the input is computed transposed, dXᵀ = W · dYᵀ, so that the weights are read
 * row by row in every pass and never copied; turning round dY and dX costs under 1% of it.
 */

import type { DenseOperation } from "../../plan";
import { type Buffer, oddLines } from "../buffers";
import {
  grainFor,
  type Instruction,
  instruction,
  type Job,
  type Phase,
  plus,
  rangeJob,
} from "../program";
import { activate, activationGradient } from "./activation";
import {
  batchStep,
  type Context,
  imageStep,
  type LoweredOperation,
  type Step,
  type Surroundings,
} from "./context";
import {
  all,
  CHUNK,
  evenTable,
  PANEL_COLUMNS,
  PLAIN,
  type Product,
  panelsOf,
  product,
  tilesOf,
} from "./gemm";

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

export function lowerDense(
  context: Context,
  operation: DenseOperation,
  around: Surroundings,
): LoweredOperation {
  const { arena, threads, capacity } = context;
  const { input, output, inputGradient, outputGradient } = around;
  const inputs = operation.input.channels;
  const units = operation.output.channels;
  const weights = context.weights(operation.kernel);
  const rowBytes = units * 4;

  const inputRows = evenTable(arena, capacity, input.stride);
  const outputRows = evenTable(arena, capacity, output.stride);
  const relu = operation.activation === "relu";
  const epilogue = { bias: operation.bias ? context.weights(operation.bias) : null, relu };

  const forward = (images: number): Step[] => {
    const whole = {
      a: input.at.base,
      aTable: inputRows,
      aStep: 4,
      b: weights,
      bStep: rowBytes,
      length: inputs,
      c: output.at.base,
      cTable: outputRows,
      columns: units,
    };
    const job = splitProduct(threads, images, whole, epilogue);
    const activation = relu ? [] : activate(operation.activation, output);
    return [batchStep([job]), ...(activation.length > 0 ? [imageStep(...activation)] : [])];
  };

  if (!outputGradient) {
    return { prepare: [], forward, backward: () => [], reduce: () => [] };
  }

  // Columns are images: padded to whole panels, whose last columns nobody reads.
  const imagePitch = oddLines(Math.ceil(capacity / PANEL_COLUMNS) * PANEL_COLUMNS * 4);
  const weightRows = evenTable(arena, inputs, rowBytes);
  const inputColumns = evenTable(arena, inputs, 4);
  const turnedGradient = inputGradient ? arena.allocate(units * imagePitch) : 0;
  const turnedInput = inputGradient ? arena.allocate(inputs * imagePitch) : 0;
  const turnedRows = inputGradient ? evenTable(arena, inputs, imagePitch) : 0;

  const backward = (images: number): Step[] => {
    const masks = activationGradient(operation.activation, output, outputGradient);
    const weightGradient = splitProduct(threads, inputs, {
      a: input.at.base,
      aTable: inputColumns,
      aStep: input.stride,
      b: outputGradient.at.base,
      bStep: outputGradient.stride,
      length: images,
      c: context.gradients(operation.kernel),
      cTable: weightRows,
      columns: units,
    });
    const work: Job[] = [weightGradient];
    if (operation.bias) {
      work.push(...biasJobs(outputGradient, images, units, context.gradients(operation.bias)));
    }
    const phases: Phase[] = [];
    if (inputGradient) {
      const { base } = outputGradient.at;
      const pitch = outputGradient.stride;
      phases.push([transposeJob(threads, images, units, base, pitch, turnedGradient, imagePitch)]);
      const columns = Math.ceil(images / PANEL_COLUMNS) * PANEL_COLUMNS;
      const turned = {
        a: weights,
        aTable: weightRows,
        aStep: 4,
        b: turnedGradient,
        bStep: imagePitch,
        length: units,
        c: turnedInput,
        cTable: turnedRows,
        columns,
      };
      phases.push([...work, splitProduct(threads, inputs, turned)]);
      const { stride, at } = inputGradient;
      phases.push([
        transposeJob(threads, inputs, images, turnedInput, imagePitch, at.base, stride),
      ]);
    } else {
      phases.push(work);
    }
    return [...(masks.length > 0 ? [imageStep(...masks)] : []), batchStep(...phases)];
  };

  return { prepare: [], forward, backward, reduce: () => [] };
}
