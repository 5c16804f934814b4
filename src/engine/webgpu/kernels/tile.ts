/**
 * The tile of every matrix product: C[m][n] = Σ A[m][k] · B[k][n] for one workgroup.
 *
 * Strips of 16 inner steps of A and B go through workgroup memory; each invocation keeps 4 × 4
 * sums in registers and asks for the next strip before it uses the one at hand, so that waiting
 * and computing overlap. Whatever is contiguous in a buffer is loaded, kept and read as vectors of
 * four: that gives three forms, by where A and B have their neighbours.
 */

import { wgsl } from "../wgsl";

/** Rows and columns: 16, 32 or 64. */
export interface TileSize {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Which index of A and of B runs along memory: `inner·columns` for a layer's forward pass,
 * `inner·inner` for its input's gradient, `rows·columns` for its weights' gradient.
 */
export type TileForm = "inner·columns" | "inner·inner" | "rows·columns";

/** Inner steps of a strip. */
export const STRIP = 16;
/** Vectors in a row of a strip kept by rows, one of them unused: neighbours meet other banks. */
const PITCH = STRIP / 4 + 1;

export function invocationsOf({ rows, columns }: TileSize): number {
  return (rows * columns) / 16;
}

export interface TileParts {
  /** Before the loop: what an invocation knows about the rows and columns that it loads. */
  readonly setup: string;
  /** The i-th vector of A, or B, that an invocation loads of the strip from `k0` on, to `k_end`. */
  readonly loadA: (i: number) => string;
  readonly loadB: (i: number) => string;
  /** Bounds of the inner index, WGSL expressions. */
  readonly from: string;
  readonly to: string;
  /** With each strip in workgroup memory. */
  readonly onStrip: string | null;
}

/** Where an invocation's i-th vector of A or B lies in the strip: along memory and across. */
export interface VectorPlace {
  /** The first of the four along memory, as an offset in the tile or strip. */
  readonly along: string;
  readonly across: string;
}

/** Vectors of one operand that each invocation loads. */
function loads(lines: number, invocations: number): number {
  return (lines * STRIP) / 4 / invocations;
}

/** Places of an operand kept with `inner` or with its rows or columns (`side`) along memory. */
export function vectorPlace(
  isInner: boolean,
  side: number,
  invocations: number,
  i: number,
): VectorPlace {
  const quads = (isInner ? STRIP : side) / 4;
  const skipped = (invocations / quads) * i;
  const across = `local / ${quads}u${skipped > 0 ? ` + ${skipped}u` : ""}`;
  return { along: `(local % ${quads}u) * 4u`, across: `(${across})` };
}

/** Declarations of the module. */
export function tileFunctions({ rows, columns }: TileSize, form: TileForm): string {
  const [a, b] = sides(form);
  const size = (isInner: boolean, side: number) => (isInner ? side * PITCH : (STRIP * side) / 4);
  return wgsl`
    var<workgroup> strip_a: array<vec4<f32>, ${size(a, rows)}>;
    var<workgroup> strip_b: array<vec4<f32>, ${size(b, columns)}>;
  `;
}

/** Is the inner index the one along memory, for A and for B? */
function sides(form: TileForm): [a: boolean, b: boolean] {
  return [form !== "rows·columns", form === "inner·inner"];
}

/** The loop: afterwards sum0 … sum3 are four rows of four columns each. */
export function tileLoop(size: TileSize, form: TileForm, parts: TileParts): string {
  const { rows, columns } = size;
  const invocations = invocationsOf(size);
  const [aInner, bInner] = sides(form);
  const aLoads = range(loads(rows, invocations));
  const bLoads = range(loads(columns, invocations));
  const keep = (strip: string, value: string, isInner: boolean, side: number, i: number) => {
    const { along, across } = vectorPlace(isInner, side, invocations, i);
    const pitch = isInner ? PITCH : side / 4;
    return `strip_${strip}[${across} * ${pitch}u + (${along}) / 4u] = ${value};`;
  };
  return wgsl`
    ${parts.setup}
    ${range(4).map((r) => `var sum${r} = vec4<f32>();`)}
    let tile_x = local % ${columns / 4}u;
    let tile_y = local / ${columns / 4}u;
    let k_begin = ${parts.from};
    var k0 = k_begin;
    let k_end = ${parts.to};
    loop {
      ${aLoads.map((i) => `let next_a${i} = ${parts.loadA(i)};`)}
      ${bLoads.map((i) => `let next_b${i} = ${parts.loadB(i)};`)}
      if (k0 > k_begin) {
        ${parts.onStrip}
        ${multiply(size, form)}
      }
      workgroupBarrier();
      if (k0 >= k_end) { break; }
      ${aLoads.map((i) => keep("a", `next_a${i}`, aInner, rows, i))}
      ${bLoads.map((i) => keep("b", `next_b${i}`, bInner, columns, i))}
      workgroupBarrier();
      k0 += ${STRIP}u;
    }
  `;
}

/** The products of one strip, written out for a few inner steps and looped over. */
function multiply({ rows, columns }: TileSize, form: TileForm): string {
  const quarter = range(4);
  if (form === "rows·columns") {
    return wgsl`
      for (var k = 0u; k < ${STRIP}u; k++) {
        let a = strip_a[k * ${rows / 4}u + tile_y];
        let b = strip_b[k * ${columns / 4}u + tile_x];
        ${quarter.map((r) => `sum${r} += a[${r}] * b;`)}
      }
    `;
  }
  const loadRows = quarter.map(
    (r) => `let a${r} = strip_a[(tile_y * 4u + ${r}u) * ${PITCH}u + k];`,
  );
  if (form === "inner·columns") {
    const products = (r: number) => quarter.map((c) => `a${r}[${c}] * b${c}`).join(" + ");
    return wgsl`
      for (var k = 0u; k < ${STRIP / 4}u; k++) {
        ${loadRows}
        ${quarter.map((c) => `let b${c} = strip_b[(k * 4u + ${c}u) * ${columns / 4}u + tile_x];`)}
        ${quarter.map((r) => `sum${r} += ${products(r)};`)}
      }
    `;
  }
  const dots = (r: number) => quarter.map((c) => `dot(a${r}, b${c})`).join(", ");
  return wgsl`
    for (var k = 0u; k < ${STRIP / 4}u; k++) {
      ${loadRows}
      ${quarter.map((c) => `let b${c} = strip_b[(tile_x + ${(c * columns) / 4}u) * ${PITCH}u + k];`)}
      ${quarter.map((r) => `sum${r} += vec4<f32>(${dots(r)});`)}
    }
  `;
}

/** The column of component c of the sums, within the tile. */
export function tileColumn({ columns }: TileSize, form: TileForm, c: number): string {
  return form === "inner·inner" ? `(tile_x + ${(c * columns) / 4}u)` : `(tile_x * 4u + ${c}u)`;
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
