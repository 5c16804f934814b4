/**
 * Nets of others, read from their JSON as data only: Keras's `to_json()`, 2 and 3, sequential,
 * functional and nested, and the `model.json` of tfjs. `file/` reads trained ones, with their weights.
 */

import type { ImageShape } from "../math/image-set";
import { checkNet, NetError } from "../nets/summary";
import { type BuiltNet, buildImported } from "./builder";
import { ImportError, type ImportProblem, wholeProblem } from "./problems";
import { readTopology } from "./topology";

export { ImportError } from "./problems";

/** Of a net's JSON: 200 layers have some 200 kB. */
const LONGEST = 5_000_000;

export type Imported = Pick<BuiltNet, "net" | "notes">;

/** Whether a text is meant as a model's JSON, and not as a net's line. */
export const isModelJson = (text: string): boolean => /^\s*[{[]/.test(text);

/**
 * The net of a model's JSON, for images of that shape.
 *
 * The code is the output of the inner model that comes first, of a layer that is called so, or else the smallest
 * one that all goes through.
 * @throws ImportError with all that there is no form of here
 */
export function importNet(text: string, image: ImageShape): Imported {
  const problems: ImportProblem[] = [];
  const whole = (why: string) => new ImportError([wholeProblem(why)]);
  if (text.length > LONGEST) throw whole("This is too long for a model's JSON without weights.");
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw whole("This is not JSON: it is cut off, or of another kind.");
  }
  const topology = readTopology(content, problems);
  const built = topology && buildImported(topology, { image }, problems);
  if (!built) throw new ImportError(problems);
  try {
    checkNet(built.net);
  } catch (error) {
    if (error instanceof NetError) throw whole(error.message);
    throw error;
  }
  return built;
}
