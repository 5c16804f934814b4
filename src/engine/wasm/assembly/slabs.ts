/** Slabs of numbers that are summed by group of images. */

import { floatBytes } from "./bytes";
import { plus } from "./simd";

/**
 * Sums over groups, in their order, of the vector at `from` and of those in the slabs behind it, to where the
 * first group's are; the table has the groups' offsets in bytes.
 *
 * @returns where those are
 */
export function sumGroups(
  from: usize,
  table: usize,
  groups: i32,
  slab: usize,
  slabs: usize,
): usize {
  const first = from + <usize>load<u32>(table);
  for (let place: usize = 0; place < slabs; place++) {
    const at = place * slab;
    let sum = v128.load(first + at);
    for (let group = 1; group < groups; group++) {
      sum = plus(sum, v128.load(from + <usize>load<u32>(table + floatBytes(group)) + at));
    }
    v128.store(first + at, sum);
  }
  return first;
}
