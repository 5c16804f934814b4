/**
 * How good the net's outputs are, image by image: cross-entropy, squared error and SSIM under both
 * protocols, as src/metrics/metrics.ts defines them. A workgroup takes one image.
 *
 * It follows the loss, from whose outputs behind the sigmoid it takes its values.
 */

import { hasSsim, ssimProtocol } from "../../../metrics/ssim-protocols";
import { type SampleShape, sizeOf } from "../../graph";
import { float, GROUP, type Kernel, keepNan, line, reads, tree, writes } from "../kernel";
import type { Store } from "../stores";
import { wgsl } from "../wgsl";
import { ssimTerm, ssimWords } from "./ssim";

const INVOCATIONS = 256;
const protocolsFor = (shape: SampleShape) => [
  ssimProtocol("gaussian", shape),
  ssimProtocol("writeup", shape),
];
/** As metrics/metrics.ts clips probabilities. */
const PROBABILITY_EPSILON = 1e-7;

/** Numbers of an image, in this order: cross-entropy, squared error, 1 − SSIM, 1 − write-up's SSIM. */
export const SCORE_WORDS = 4;

export interface ScoreSpec {
  readonly shape: SampleShape;
  /** Behind the sigmoid. */
  readonly output: Store;
  readonly target: Store;
  /** [slot][image][SCORE_WORDS] */
  readonly scores: Store;
  readonly capacity: number;
  /** Of `scoreScratchWords` for each image. */
  readonly scratch: Store;
}

/** Whether outputs of that shape are images in which SSIM's windows find room. */
export function canScore(shape: SampleShape): boolean {
  return hasSsim(shape);
}

/** Words of scratch for each image. */
export function scoreScratchWords(shape: SampleShape): number {
  return ssimWords(shape, protocolsFor(shape));
}

/** One workgroup an image; at most `capacity` images a slot. */
export function scoreKernel(spec: ScoreSpec): Kernel {
  const { shape, output, target, scores, capacity, scratch } = spec;
  const size = sizeOf(shape);
  const functions = wgsl`
    var<workgroup> sums: array<vec4<f32>, ${INVOCATIONS}>;
    var<private> first: u32;
    fn value_of(e: u32) -> f32 {
      let x = values[first + e];
      return ${keepNan("x", "clamp(x, 0.0, 1.0)", "f32")};
    }
    fn target_of(e: u32) -> f32 { return targets[first + e]; }
  `;
  const mean = float(1 / size);
  const ssims = protocolsFor(shape).map(
    (protocol, place) => wgsl`
      {
        var loss = 0.0;
        ${ssimTerm(protocol, shape, 1 / size, INVOCATIONS, false)}
        score.${"zw"[place]!} = loss;
      }
    `,
  );
  return {
    name: "scores",
    bindings: [
      reads("values", output),
      reads("targets", target),
      writes("scores", scores),
      writes("scratch", scratch),
    ],
    invocations: INVOCATIONS,
    functions,
    body: wgsl`
      let image = ${GROUP};
      if (image >= batch.images) { return; }
      first = image * ${size}u;
      let base = image * ${scoreScratchWords(shape)}u;
      var score = vec4<f32>();
      for (var e = local; e < ${size}u; e += ${INVOCATIONS}u) {
        let value = value_of(e);
        let y = target_of(e);
        // 1 − value, too, is clipped for itself: as an f32, 1 − ε is not what it should be.
        let yes = log(max(value, ${float(PROBABILITY_EPSILON)}));
        let no = log(max(1.0 - value, ${float(PROBABILITY_EPSILON)}));
        score.x -= ${mean} * ${keepNan("value", "y * yes + (1.0 - y) * no", "f32")};
        score.y += ${mean} * (value - y) * (value - y);
      }
      ${ssims}
      sums[local] = score;
      workgroupBarrier();
      ${tree(INVOCATIONS)}
      if (local == 0u) {
        let to = (batch.slot * ${capacity}u + image) * ${SCORE_WORDS}u;
        for (var i = 0u; i < 4u; i++) { scores[to + i] = sums[0][i]; }
      }
    `,
    grid: (images) => line(images),
    work: (images) => ({ flops: 0, bytes: 4 * images * size * 2 }),
  };
}
