/** Bytes of that many floats, or of other words of 32 bits. */
// @ts-ignore: decorator
@inline
export function floatBytes(count: i32): usize {
  return (<usize>count) << 2;
}

/** Bytes of that many doubles. */
// @ts-ignore: decorator
@inline
export function doubleBytes(count: i32): usize {
  return (<usize>count) << 3;
}
