/** Pictures that were taken with the camera, class by class, until they are handed on. */

import { OWN_DATA_LIMITS } from "../../../../datasets/proposal";
import type { BroughtFile } from "../../../../protocol/own-data";

export interface Picture {
  readonly id: number;
  /** A PNG. */
  readonly blob: Blob;
  /** Which press of the button it is of: pictures are taken back a press at a time. */
  readonly press: number;
}

export interface RecordedClass {
  readonly id: number;
  readonly name: string;
  /** In the order that they were taken. */
  readonly pictures: readonly Picture[];
}

export interface Recorded {
  readonly classes: readonly RecordedClass[];
  /** Of the class, the picture or the press that comes next. */
  readonly next: number;
}

export const NO_PICTURES: Recorded = {
  classes: [
    { id: 1, name: "Class 1", pictures: [] },
    { id: 2, name: "Class 2", pictures: [] },
  ],
  next: 3,
};

/** Pictures of all classes. */
export const recordedImages = ({ classes }: Recorded): number =>
  classes.reduce((sum, { pictures }) => sum + pictures.length, 0);

export const withClass = ({ classes, next }: Recorded): Recorded => ({
  classes: [...classes, { id: next, name: freeName(classes), pictures: [] }],
  next: next + 1,
});

/** "Class 3", or the first after it that no class has. */
function freeName(classes: readonly RecordedClass[]): string {
  const known = new Set(classes.map(({ name }) => name));
  let number = classes.length + 1;
  while (known.has(`Class ${number}`)) number += 1;
  return `Class ${number}`;
}

export const withoutClass = (recorded: Recorded, id: number): Recorded => ({
  ...recorded,
  classes: recorded.classes.filter((each) => each.id !== id),
});

const changed = (
  recorded: Recorded,
  id: number,
  change: (of: RecordedClass) => RecordedClass,
): Recorded => ({
  ...recorded,
  classes: recorded.classes.map((each) => (each.id === id ? change(each) : each)),
});

export const renamed = (recorded: Recorded, id: number, name: string): Recorded =>
  changed(recorded, id, (each) => ({ ...each, name }));

/** Another picture of a class; one of a class that is gone is dropped. */
export const withPicture = (
  recorded: Recorded,
  id: number,
  blob: Blob,
  press: number,
): Recorded => ({
  ...changed(recorded, id, (each) => ({
    ...each,
    pictures: [...each.pictures, { id: recorded.next, blob, press }],
  })),
  next: recorded.next + 1,
});

/** Without the pictures of a class's last press. */
export const withoutLast = (recorded: Recorded, id: number): Recorded =>
  changed(recorded, id, (each) => {
    const last = each.pictures.at(-1)?.press;
    return { ...each, pictures: each.pictures.filter(({ press }) => press !== last) };
  });

/** How many pictures `withoutLast` takes away. */
export const lastPictures = ({ pictures }: RecordedClass): number => {
  const last = pictures.at(-1)?.press;
  return pictures.filter(({ press }) => press === last).length;
};

/** What is not yet as it must be, one sentence; null where the pictures can be handed on. */
export function recordingProblem(recorded: Recorded): string | null {
  const taken = recordedImages(recorded);
  const names = recorded.classes.map(({ name }) => folderOf(name));
  if (names.some((name) => name === "")) return "Every class needs a name.";
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) return `Two classes are called ${twice}: give one of them another name.`;
  const { min } = OWN_DATA_LIMITS.images;
  if (taken >= min) return null;
  const left = min - taken;
  return `Training takes ${min} pictures at least: ${left} more ${left === 1 ? "is" : "are"} needed.`;
}

/** A class is a folder of its name. */
const folderOf = (name: string): string => name.trim().replaceAll("/", "-");

/** The pictures as files: "Class 1/0001.png". */
export function pictureFiles({ classes }: Recorded): BroughtFile[] {
  return classes.flatMap(({ name, pictures }) =>
    pictures.map(({ blob }, i) => ({
      path: `${folderOf(name)}/${String(i + 1).padStart(4, "0")}.png`,
      file: blob,
    })),
  );
}
