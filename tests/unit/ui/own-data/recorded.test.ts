import { describe, expect, it } from "vitest";
import { OWN_DATA_LIMITS } from "../../../../src/datasets/proposal";
import {
  lastPictures,
  NO_PICTURES,
  pictureFiles,
  type Recorded,
  recordedImages,
  recordingProblem,
  renamed,
  withClass,
  withoutClass,
  withoutLast,
  withPicture,
} from "../../../../src/ui/views/bring/camera/recorded";

const PNG = new Blob(["a picture"], { type: "image/png" });
const taken = (recorded: Recorded, id: number, count: number, press: number): Recorded =>
  Array.from({ length: count }).reduce<Recorded>(
    (now) => withPicture(now, id, PNG, press),
    recorded,
  );

describe("pictures that are taken", () => {
  it("are files in folders of their classes' names", () => {
    const recorded = taken(renamed(taken(NO_PICTURES, 1, 2, 1), 2, " a/b "), 2, 1, 2);
    expect(pictureFiles(recorded).map(({ path }) => path)).toEqual([
      "Class 1/0001.png",
      "Class 1/0002.png",
      "a-b/0001.png",
    ]);
  });

  it("go a press at a time, from the last", () => {
    const two = taken(taken(NO_PICTURES, 1, 5, 1), 1, 3, 2);
    expect(lastPictures(two.classes[0]!)).toBe(3);
    const one = withoutLast(two, 1);
    expect([recordedImages(one), lastPictures(one.classes[0]!)]).toEqual([5, 5]);
    expect(recordedImages(withoutLast(withoutLast(one, 1), 1))).toBe(0);
    expect(recordedImages(withoutClass(two, 1))).toBe(0);
    // One that was being taken as its class was deleted.
    expect(recordedImages(withPicture(withoutClass(two, 1), 1, PNG, 2))).toBe(0);
  });

  it("are handed on once there are enough, and each class has a name of its own", () => {
    const almost = taken(NO_PICTURES, 1, OWN_DATA_LIMITS.images.min - 1, 1);
    expect(recordingProblem(almost)).toMatch(/: 1 more is needed\.$/);
    const enough = taken(almost, 2, 1, 2);
    expect(recordingProblem(enough)).toBe(null);
    expect(recordingProblem(renamed(enough, 2, "Class 1 "))).toMatch(
      /Two classes are called Class 1/,
    );
    expect(recordingProblem(renamed(enough, 2, ""))).toBe("Every class needs a name.");
  });

  it("may be of more classes, whose names are free", () => {
    const three = withClass(renamed(NO_PICTURES, 1, "Class 3"));
    expect(three.classes.map(({ name }) => name)).toEqual(["Class 3", "Class 2", "Class 4"]);
  });
});
