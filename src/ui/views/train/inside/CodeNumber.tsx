import { useMemo, useSyncExternalStore } from "react";
import { NUMBER_BINS, type NumberSpread } from "../../../../math/number-spread";
import type { LooksFor } from "../../../../protocol/inference";
import { imageAt } from "../../../../state/images";
import { whole } from "../../../kit/format";
import { useApp, useItem } from "../../../kit/hooks";
import { Word } from "../../../kit/Word";
import { imageRaster } from "../../../pictures/draw";
import { PixelCanvas } from "../../../pictures/PixelCanvas";
import { mostOf } from "./colours";
import classes from "./Inside.module.css";
import { Sheet } from "./Sheet";
import { STEPS, useCodeNumber } from "./useCodeNumber";
import { brief } from "./words";

interface Props {
  readonly runId: string;
  /** Its place in the code, from 0. */
  readonly number: number;
  /** Which of the fixed validation images passes through. */
  readonly index: number;
}

/** CSS pixels of a picture. */
const ROOM = 112;

/** One number of the code: what it looks for, what it draws, how it is spread, and when it died. */
export function CodeNumber({ runId, number, index }: Props) {
  const { opened, looked, trouble } = useCodeNumber(runId, number, index);
  const item = useItem();
  return (
    <section className={classes.number} aria-label={`Number ${number + 1} of the code`}>
      <h4>Number {number + 1} of the code</h4>
      <Life runId={runId} number={number} />
      {trouble !== "" && <p role="status">{trouble}</p>}
      {opened && looked && (
        <div className={classes.facts} data-testid="code-number">
          <LookedFor {...looked.looksFor} one={item.one} />
          <Drawn pictures={looked.pictures} number={number} one={item.one} />
          <Spread
            spread={opened.spread}
            number={number}
            value={looked.value}
            one={item.one}
            moment={opened.weights.moment}
          />
        </div>
      )}
      {!opened && trouble === "" && (
        <p role="status">The rest follows once weights of this run are stored.</p>
      )}
    </section>
  );
}

function LookedFor({ shape, gradient, one }: LooksFor & { readonly one: string }) {
  const { width, channels } = shape;
  // Of a pixel in colour, the sum: how the number grows as all of its channels do.
  const sums = useMemo(
    () =>
      Float32Array.from({ length: gradient.length / channels }, (_, pixel) =>
        gradient
          .subarray(pixel * channels, (pixel + 1) * channels)
          .reduce((sum, value) => sum + value, 0),
      ),
    [gradient, channels],
  );
  const most = mostOf(sums);
  return (
    <figure className={classes.picture}>
      <Sheet
        values={sums}
        width={width}
        tone="numbers"
        most={most}
        room={ROOM}
        framed={null}
        label="What it looks for: its gradient by each pixel"
      />
      <figcaption>
        <strong>It looks for</strong> (<Word>gradient</Word>):{" "}
        {most === 0
          ? `nothing in this ${one}: no pixel changes it here.`
          : "where a pixel is red, the number grows as that gets brighter; where it is blue, it shrinks."}
      </figcaption>
    </figure>
  );
}

interface DrawnProps {
  readonly pictures: Parameters<typeof imageAt>[0] & object;
  readonly number: number;
  readonly one: string;
}

function Drawn({ pictures, one }: DrawnProps) {
  const { shape } = pictures;
  const each = Array.from({ length: STEPS }, (_, step) => imageAt(pictures, step)!);
  const [low, high] = [each[0]!, each.at(-1)!];
  const change = Float32Array.from({ length: shape.width * shape.height }, (_, pixel) => {
    let sum = 0;
    for (let c = pixel * shape.channels; c < (pixel + 1) * shape.channels; c++) {
      sum += (high[c]! - low[c]!) / 255;
    }
    return sum / shape.channels;
  });
  const most = mostOf(change);
  const scale = Math.max(1, Math.floor(64 / Math.max(shape.width, shape.height)));
  return (
    <figure className={classes.drawn}>
      <div>
        {each.map((bytes, step) => (
          <PixelCanvas
            // biome-ignore lint/suspicious/noArrayIndexKey: a picture is its step
            key={step}
            raster={imageRaster(bytes, shape)}
            scale={scale}
            label={`The ${one} with the number ${step === 0 ? "low" : step === STEPS - 1 ? "high" : "between"}`}
          />
        ))}
        <Sheet
          values={change}
          width={shape.width}
          tone="numbers"
          most={most}
          room={scale * Math.max(shape.width, shape.height)}
          framed={null}
          label="What becomes brighter, and darker, from low to high"
        />
      </div>
      <figcaption>
        <strong>It draws</strong>:{" "}
        {most === 0
          ? "nothing that one could see."
          : `the ${one} with this number from low to high, and last what that makes brighter (red) or darker (blue).`}
      </figcaption>
    </figure>
  );
}

interface SpreadProps {
  readonly spread: NumberSpread;
  readonly number: number;
  readonly value: number;
  readonly one: string;
  readonly moment: string;
}

function Spread({ spread, number, value, one, moment }: SpreadProps) {
  const counts = spread.bins.subarray(number * NUMBER_BINS, (number + 1) * NUMBER_BINS);
  const most = Math.max(...counts);
  const [low, high] = [spread.lows[number]!, spread.highs[number]!];
  const share = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5;
  return (
    <figure className={classes.spread}>
      <svg viewBox="0 0 240 70" role="img" aria-label="How the number is spread">
        <title>How the number is spread over test images</title>
        <path
          d={Array.from(
            counts,
            (count, bin) => `M${bin * 10} 60v${(-56 * count) / most}h9V60z`,
          ).join("")}
          className={classes.bars}
        />
        <path d={`M${240 * share} 2V66`} className={classes.own} />
      </svg>
      <figcaption>
        <strong>Its spread</strong> over {whole(spread.count)} test images (after {moment}):{" "}
        {spread.dead[number]
          ? `all have ${brief(spread.means[number]!)}. It says nothing.`
          : `from ${brief(low)} to ${brief(high)}, in the mean ${brief(spread.means[number]!)}; this ${one} has ${brief(value)}.`}
      </figcaption>
    </figure>
  );
}

/** Whether it is alive, and since when it is not: seen on the page's own validation images. */
function Life({ runId, number }: Pick<Props, "runId" | "number">) {
  const { codeHistory } = useApp();
  const life = useSyncExternalStore(codeHistory.subscribe, () => codeHistory.of(runId, number));
  const images = codeHistory.images(runId);
  const item = useItem();
  if (!life) return null;
  const { isDead, since, before } = life;
  const of = `the ${whole(images)} ${item.many} below`;
  const when = (step: number) =>
    step === 0 ? "before the first step" : `after step ${whole(step)}`;
  return (
    <p data-testid="number-life">
      {isDead ? (
        <>
          It is a <Word of="dead number">dead number</Word>: it is the same for all {of}
          {before === null
            ? `, and was when it was first looked at, ${when(since)}.`
            : `. It died between two looks: ${when(before)} it still told them apart, ${when(since)} no longer.`}
        </>
      ) : (
        <>
          It is alive: it tells {of} apart
          {before !== null &&
            `, again since it was looked at ${when(since)}; ${when(before)} it did not`}
          .
        </>
      )}
    </p>
  );
}
