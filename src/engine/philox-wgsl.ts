/** Philox4x32-10 (Salmon et al. 2011) in WGSL: the words of src/math/philox.ts, bit for bit. */

/**
 * `fn random(block, stream)`: four words for the seed and step of a batch.
 *
 * @param batch the uniform that has both
 */
export const philoxWgsl = (batch: string) => `
fn multiply_high(a: u32, b: u32) -> u32 {
  let a_low = a & 0xffffu; let a_high = a >> 16u;
  let b_low = b & 0xffffu; let b_high = b >> 16u;
  let middle = a_high * b_low + ((a_low * b_low) >> 16u);
  let other = a_low * b_high + (middle & 0xffffu);
  return a_high * b_high + (middle >> 16u) + (other >> 16u);
}
fn random(block: u32, stream: u32) -> vec4<u32> {
  var c = vec4<u32>(block, ${batch}.step, stream, 0u);
  var key = vec2<u32>(${batch}.seed, 0u);
  for (var round = 0u; round < 10u; round++) {
    let high_a = multiply_high(c.x, 0xd2511f53u);
    let low_a = c.x * 0xd2511f53u;
    let high_c = multiply_high(c.z, 0xcd9e8d57u);
    let low_c = c.z * 0xcd9e8d57u;
    c = vec4<u32>(high_c ^ c.y ^ key.x, low_c, high_a ^ c.w ^ key.y, low_a);
    key += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}`;
