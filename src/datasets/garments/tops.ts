/** Garments for the upper body: one cut with sleeves, drawn in many lengths and widths. */

import type { Rng } from "../../math/rng";
import { type Canvas, curve, mirrored, type Point, type Shade } from "./canvas";
import { between, chance, cloth, clothBrightness, decorated } from "./fabric";

/** The garment hangs here. */
const MIDDLE = 14;

/** Measures in pixels; x is counted from the middle, y from the top of the picture. */
interface Cut {
  readonly top: number;
  readonly neck: number;
  readonly neckDepth: number;
  readonly pointedNeck: boolean;
  readonly shoulder: Point;
  /** Where the sleeve ends on its outer side; at the shoulder there is none. */
  readonly cuff: Point;
  /** From there to the sleeve's inner side. */
  readonly cuffWidth: number;
  readonly chest: Point;
  readonly waist: Point;
  readonly hem: Point;
  /** How far the hem sags in the middle. */
  readonly hemSag: number;
}

export function drawTShirt(canvas: Canvas, rng: Rng): void {
  const chestX = between(rng, 5.6, 8);
  const shoulderX = chestX + between(rng, -0.6, 0.6);
  const top = between(rng, 0.4, 1.6);
  const shoulder: Point = [shoulderX, top + between(rng, 1, 2.2)];
  const sleeveless = chance(rng, 0.12);
  const length = sleeveless ? between(rng, 0, 0.6) : between(rng, 4, 8);
  // From near level, as when spread out flat, to hanging.
  const angle = between(rng, 0.4, 1.15);
  const reach = Math.min(13.6 - shoulderX, length * Math.cos(angle));
  const armpit = shoulder[1] + between(rng, 4.6, 6.4);
  const cut: Cut = {
    top,
    neck: between(rng, 2.4, Math.min(4.4, shoulderX - 1.5)),
    neckDepth: between(rng, 1, 4.5),
    pointedNeck: chance(rng, 0.3),
    shoulder,
    cuff: [shoulderX + reach, shoulder[1] + length * Math.sin(angle)],
    cuffWidth: between(rng, 2.4, 4),
    chest: [chestX, armpit],
    waist: [chestX + between(rng, -1.2, 0.6), 16],
    hem: [chestX + between(rng, -0.7, 1.3), between(rng, 24.5, 27.6)],
    hemSag: between(rng, -0.2, 0.7),
  };
  const brightness = clothBrightness(rng);
  const plain = bodyCloth(rng, brightness, chestX);
  drawCut(canvas, rng, cut, brightness, decorated(rng, plain, MIDDLE, between(rng, 10, 14)));
}

export function drawPullover(canvas: Canvas, rng: Rng): void {
  const cut = longSleeved(rng, { neck: [2.2, 3.6], neckDepth: [0.8, 2.6], hem: [22.5, 26.5] });
  const brightness = clothBrightness(rng);
  const plain = bodyCloth(rng, brightness, cut.chest[0]);
  drawCut(canvas, rng, cut, brightness, decorated(rng, plain, MIDDLE, between(rng, 10, 14)));
  const rib = between(rng, 0.6, 0.85) * brightness;
  hemLine(canvas, cut, between(rng, 1.2, 2.2), rib);
}

export function drawCoat(canvas: Canvas, rng: Rng): void {
  const cut = longSleeved(rng, { neck: [2.2, 3.4], neckDepth: [3, 8], hem: [25.5, 27.7] });
  const brightness = between(rng, 0.2, 0.8);
  drawCut(
    canvas,
    rng,
    { ...cut, pointedNeck: true },
    brightness,
    bodyCloth(rng, brightness, cut.chest[0]),
  );
  const seam = () => brightness * 0.35;
  canvas.stroke(
    [
      [MIDDLE, cut.top + cut.neckDepth],
      [MIDDLE, cut.hem[1]],
    ],
    0.9,
    seam,
  );
  drawCollar(canvas, cut, brightness * between(rng, 1.05, 1.35), between(rng, 3, 5));
  if (chance(rng, 0.6)) {
    const y = between(rng, 16, 19);
    for (const direction of [-1, 1]) {
      canvas.stroke(
        [
          [MIDDLE + direction * 2.5, y],
          [MIDDLE + direction * 5, y + 0.4],
        ],
        0.8,
        seam,
      );
    }
  }
}

export function drawShirt(canvas: Canvas, rng: Rng): void {
  const cut = chance(rng, 0.7)
    ? longSleeved(rng, { neck: [2, 3], neckDepth: [1, 3.5], hem: [24.5, 27.5] })
    : shortSleeved(rng);
  const brightness = clothBrightness(rng);
  const plain = bodyCloth(rng, brightness, cut.chest[0]);
  drawCut(
    canvas,
    rng,
    { ...cut, pointedNeck: true },
    brightness,
    decorated(rng, plain, MIDDLE - 3, 10),
  );
  const seam = () => brightness * 0.7;
  canvas.stroke(
    [
      [MIDDLE, cut.top + cut.neckDepth],
      [MIDDLE, cut.hem[1]],
    ],
    0.7,
    seam,
  );
  for (let y = cut.top + cut.neckDepth + 1.5; y < cut.hem[1] - 1; y += 3.4) {
    canvas.stroke(
      [
        [MIDDLE, y],
        [MIDDLE, y],
      ],
      0.9,
      () => brightness * 0.4,
    );
  }
  drawCollar(canvas, cut, Math.min(1, brightness * 1.2), between(rng, 2, 3));
}

export function drawDress(canvas: Canvas, rng: Rng): void {
  const chestX = between(rng, 3, 4.6);
  const top = between(rng, 0.3, 1);
  const shoulder: Point = [chestX + between(rng, -0.4, 0.4), top + between(rng, 0.4, 1)];
  const sleeve = chance(rng, 0.4) ? between(rng, 2, 10) : 0;
  const cut: Cut = {
    top,
    neck: between(rng, 1.4, 2.4),
    neckDepth: between(rng, 1, 4),
    pointedNeck: chance(rng, 0.4),
    shoulder,
    cuff: [shoulder[0] + sleeve * 0.25, shoulder[1] + sleeve],
    cuffWidth: between(rng, 1.4, 2.2),
    chest: [chestX, shoulder[1] + between(rng, 3.5, 4.5)],
    waist: [chestX + between(rng, -1, 0), 11],
    hem: [between(rng, chestX, 8), between(rng, 26.5, 27.8)],
    hemSag: between(rng, 0, 0.6),
  };
  const brightness = clothBrightness(rng);
  const plain = bodyCloth(rng, brightness, cut.hem[0]);
  drawCut(canvas, rng, cut, brightness, decorated(rng, plain, MIDDLE, between(rng, 14, 20)));
  if (chance(rng, 0.35)) {
    const belt = brightness * between(rng, 0.3, 0.6);
    const half = cut.waist[0] - 0.2;
    canvas.stroke(
      [
        [MIDDLE - half, 11],
        [MIDDLE + half, 11],
      ],
      1,
      () => belt,
    );
  }
}

interface Ranges {
  readonly neck: readonly [number, number];
  readonly neckDepth: readonly [number, number];
  readonly hem: readonly [number, number];
}

function longSleeved(rng: Rng, ranges: Ranges): Cut {
  const chestX = between(rng, 5.4, 7);
  const top = between(rng, 0.4, 1.4);
  const shoulder: Point = [chestX + between(rng, -0.3, 0.5), top + between(rng, 1, 2)];
  return {
    top,
    neck: between(rng, ...ranges.neck),
    neckDepth: between(rng, ...ranges.neckDepth),
    pointedNeck: chance(rng, 0.2),
    shoulder,
    cuff: [between(rng, 10.5, 13.4), between(rng, 20, 25.5)],
    cuffWidth: between(rng, 2.2, 3.2),
    chest: [chestX, shoulder[1] + between(rng, 5, 7)],
    waist: [chestX + between(rng, -0.8, 0.3), 16],
    hem: [chestX + between(rng, -0.6, 0.8), between(rng, ...ranges.hem)],
    hemSag: between(rng, -0.2, 0.5),
  };
}

function shortSleeved(rng: Rng): Cut {
  const cut = longSleeved(rng, { neck: [2, 3], neckDepth: [1, 3.5], hem: [24.5, 27.5] });
  const [x, y] = cut.shoulder;
  return {
    ...cut,
    cuff: [x + between(rng, 3.5, 5.5), y + between(rng, 5.5, 7)],
    cuffWidth: between(rng, 2.8, 3.6),
  };
}

function bodyCloth(rng: Rng, brightness: number, chest: number): Shade {
  return cloth(rng, brightness, () => MIDDLE, chest + 2);
}

/** Inside of the back first, then the front with its neckline, then seams. */
function drawCut(canvas: Canvas, rng: Rng, cut: Cut, brightness: number, shade: Shade): void {
  const tilt = between(rng, -0.3, 0.3);
  const right = halfOutline(cut, rng);
  const left = mirrored(halfOutline(cut, rng), MIDDLE).reverse();
  const neckRight: Point = [MIDDLE + cut.neck, cut.top];
  const neckLeft: Point = [MIDDLE - cut.neck, cut.top];
  const front: Point = [MIDDLE, cut.top + cut.neckDepth];
  const frontLine = cut.pointedNeck
    ? [front, neckRight]
    : curve(neckLeft, [MIDDLE, cut.top + 2 * cut.neckDepth], neckRight);
  const backLine = curve(neckRight, [MIDDLE, cut.top + 0.9], neckLeft);

  canvas.fill([neckLeft, ...frontLine, ...backLine], () => brightness * 0.4);
  const outline = [...left, neckLeft, ...frontLine, ...right];
  canvas.fill(
    outline.map(([x, y]): Point => [x + (tilt * (y - 14)) / 14, y]),
    shade,
  );
  if (!cut.pointedNeck && cut.neckDepth > 1.5) {
    canvas.stroke([neckLeft, ...frontLine], 0.6, () => brightness * 0.75);
  }
  const sleeved = Math.hypot(cut.cuff[0] - cut.shoulder[0], cut.cuff[1] - cut.shoulder[1]) > 2;
  if (sleeved) {
    for (const direction of [-1, 1]) {
      const at = ([x, y]: Point): Point => [MIDDLE + direction * x, y];
      canvas.stroke([at(cut.shoulder), at(cut.chest)], 0.7, () => brightness * 0.72, 0.8);
    }
  }
}

/** From the neck round the right sleeve to the middle of the hem, a little different each time. */
function halfOutline(cut: Cut, rng: Rng): Point[] {
  const loose = () => between(rng, -0.25, 0.25);
  const place = ([x, y]: Point): Point => [MIDDLE + x + loose(), y + loose()];
  const shoulder = place(cut.shoulder);
  const cuff = place(cut.cuff);
  const chest = place(cut.chest);
  const hem = place(cut.hem);
  const dx = cuff[0] - shoulder[0];
  const dy = cuff[1] - shoulder[1];
  const length = Math.hypot(dx, dy);
  const points: Point[] = [shoulder];
  if (length > 1.5) {
    // A sleeve ends at right angles to its length.
    const inner: Point = [
      cuff[0] - (dy / length) * cut.cuffWidth,
      cuff[1] + (dx / length) * cut.cuffWidth,
    ];
    const bulge: Point = [(shoulder[0] + cuff[0]) / 2 + 0.5, (shoulder[1] + cuff[1]) / 2 - 0.4];
    points.push(...curve(shoulder, bulge, cuff), inner, chest);
  } else {
    // Without one, the armhole curves inwards.
    points.push(...curve(shoulder, [shoulder[0] - 1.4, chest[1] - 1], chest));
  }
  const waist: Point = [2 * (MIDDLE + cut.waist[0]) - (chest[0] + hem[0]) / 2, cut.waist[1]];
  points.push(...curve(chest, waist, hem), [MIDDLE, hem[1] + cut.hemSag]);
  return points;
}

function drawCollar(canvas: Canvas, cut: Cut, brightness: number, depth: number): void {
  for (const direction of [-1, 1]) {
    canvas.fill(
      [
        [MIDDLE + direction * (cut.neck - 0.4), cut.top - 0.2],
        [MIDDLE + direction * (cut.neck + 1), cut.top + 0.6],
        [MIDDLE + direction * (cut.neck * 0.75), cut.top + depth],
        [MIDDLE + direction * 0.3, cut.top + Math.min(cut.neckDepth, depth)],
      ],
      () => Math.min(1, brightness),
    );
  }
}

function hemLine(canvas: Canvas, cut: Cut, height: number, brightness: number): void {
  const y = cut.hem[1] - height;
  const half = cut.hem[0] - 0.4;
  canvas.stroke(
    [
      [MIDDLE - half, y],
      [MIDDLE + half, y],
    ],
    0.7,
    () => brightness,
  );
}
