import { useCallback } from "react";
import { LineChart } from "recharts";
import type { LiveElbo } from "../../../metrics/likelihood";
import type { EpochFigures } from "../../../runs/results";
import type { Point } from "../../../state/series";
import type { AppState, Run } from "../../../state/state";
import { cursorStep, useEpochs } from "../../charts/axis";
import { ChartPanel, Key } from "../../charts/ChartPanel";
import { BLANK, MARGIN } from "../../charts/chartStyle";
import { epochAt, epochPoints } from "../../charts/curves";
import { EpochAxes } from "../../charts/EpochAxes";
import { fittedRange } from "../../charts/ranges";
import { linearMarks } from "../../charts/ticks";
import { useRunRange } from "../../charts/useRunRange";
import * as format from "../../kit/format";
import { useAppState } from "../../kit/hooks";
import { Word } from "../../kit/Word";
import charts from "./Charts.module.css";
import classes from "./ElboPanel.module.css";
import { LiveCurve } from "./LiveCurve";

type Part = "elbo" | "reconstruction" | "kl";

/** Where a run that began in an earlier version has no such figure, its curve has no point. */
const pointsOf = (part: Part) => (run: Run) =>
  epochPoints(
    { started: run.started, epochs: run.epochs.filter(({ nats }) => nats !== undefined) },
    ({ nats }) => nats?.[part] ?? 0,
  );
const pointAt =
  (part: Part) =>
  (run: Run, step: number): Point | null => {
    const figures = epochAt(run, step);
    if (!figures?.nats) return null;
    return { x: figures.step / (run.started?.stepsPerEpoch ?? 1), y: figures.nats[part] };
  };

interface Curve {
  readonly points: (run: Run) => readonly Point[];
  readonly at: (run: Run, step: number) => Point | null;
}

const curveOf = (part: Part): Curve => ({ points: pointsOf(part), at: pointAt(part) });
const CURVES: Readonly<Record<Part, Curve>> = {
  elbo: curveOf("elbo"),
  reconstruction: curveOf("reconstruction"),
  kl: curveOf("kl"),
};
const COLOURS: Readonly<Record<Part, string>> = {
  elbo: "var(--net)",
  reconstruction: "var(--ink-2)",
  kl: "var(--jpeg)",
};

/** Two charts: what is lost and what the whole costs lie close, the divergence far below. */
const ROWS: readonly { readonly name: string; readonly parts: readonly Part[] }[] = [
  { name: "ELBO, and the reconstruction in it", parts: ["elbo", "reconstruction"] },
  { name: "divergence of the codes", parts: ["kl"] },
];

const shownFigures = (state: AppState): EpochFigures | undefined =>
  epochAt(state.run, cursorStep(state));
const measured = ({ run }: AppState) => run?.epochs;
const nats = (value: number): string => value.toFixed(1);

/** Of a net that draws its codes: the ELBO and its two parts by epoch, and what each number of the code costs. */
export default function ElboPanel() {
  const figures = useAppState((state) => shownFigures(state)?.nats);
  const test = useAppState((state) => state.run?.result?.test);
  const words = figures
    ? `${nats(figures.elbo)} nats an image: reconstruction ${nats(figures.reconstruction)}, divergence ${nats(figures.kl)}`
    : "nothing measured yet";
  return (
    <section className={classes.both} aria-label="What codes that are drawn cost">
      <ChartPanel
        title="ELBO"
        testId="elbo-chart"
        hint={figures ? null : "Measured after each epoch."}
        summary={`ELBO on the validation images by epoch: ${words}.`}
        legend={
          <>
            <Key colour={COLOURS.elbo} name={<Word>ELBO</Word>}>
              <strong data-testid="elbo">{figures ? nats(figures.elbo) : "–"}</strong>
            </Key>
            <Key colour={COLOURS.reconstruction} name="reconstruction">
              <strong>{figures ? nats(figures.reconstruction) : "–"}</strong>
            </Key>
            <Key colour={COLOURS.kl} name={<Word of="Divergence">divergence</Word>}>
              <strong>{figures ? nats(figures.kl) : "–"}</strong>
            </Key>
          </>
        }
        aside={
          <span className={charts.dim}>
            <Word of="Nats">nats an image</Word>
          </span>
        }
        sheet={{
          name: "elbo",
          measure: "nats an image, on the validation images",
          keys: [
            { name: "ELBO", colour: COLOURS.elbo },
            { name: "reconstruction", colour: COLOURS.reconstruction },
            { name: "divergence", colour: COLOURS.kl },
          ],
        }}
      >
        {(width, height, visible) =>
          ROWS.map(({ name, parts }, place) => (
            <div key={name}>
              <p className={charts.protocol} data-caption="">
                {name}
              </p>
              <NatsChart
                parts={parts}
                withTicks={place === ROWS.length - 1}
                width={width}
                height={Math.max(40, (height - TICKS) / ROWS.length - LINE + place * TICKS)}
                visible={visible}
              />
            </div>
          ))
        }
      </ChartPanel>
      <div className={classes.numbers}>
        <h3>What each number costs</h3>
        {figures?.klOfNumbers ? (
          <Bars figures={figures} each={figures.klOfNumbers} />
        ) : (
          <p className={classes.note}>
            A bar for each number of the code after the first epoch: how much it tells the decoder,
            in nats.
          </p>
        )}
        {test?.elbo !== undefined && test.bound !== undefined && (
          <p className={classes.note} data-testid="elbo-test">
            Test images: ELBO <b data-figures>{nats(test.elbo)}</b>; by 64 samples an image, which
            come nearer to how likely the net finds it, <b data-figures>{nats(test.bound)}</b>.
          </p>
        )}
      </div>
    </section>
  );
}

/** A row's caption, and the epochs' figures under the last one, in pixels. */
const LINE = 20;
const TICKS = 30;

interface ChartProps {
  readonly parts: readonly Part[];
  readonly withTicks: boolean;
  readonly width: number;
  readonly height: number;
  readonly visible: boolean;
}

function NatsChart({ parts, withTicks, width, height, visible }: ChartProps) {
  const [from, to] = useEpochs();
  const trained = useAppState(({ run }) => run?.epochs.some((each) => each.nats) ?? false);
  const rangeOf = useCallback(
    (run: Run | null) => {
      const points = parts.flatMap((part) => (run?.started ? CURVES[part].points(run) : []));
      return fittedRange(points, [0, 1]);
    },
    [parts],
  );
  const [low, high] = useRunRange(rangeOf, visible);
  return (
    <LineChart
      accessibilityLayer={false}
      width={width}
      height={height}
      data={BLANK}
      margin={MARGIN}
    >
      <EpochAxes
        epochs={[from, to]}
        range={[low, high]}
        marks={trained ? linearMarks([low, high], 2) : { ticks: [] }}
        withTicks={withTicks}
      />
      {trained &&
        parts.map((part) => (
          <LiveCurve
            key={part}
            {...CURVES[part]}
            watch={measured}
            stroke={COLOURS[part]}
            strokeWidth={part === "reconstruction" ? 1.5 : 2}
            dots
            visible={visible}
          />
        ))}
    </LineChart>
  );
}

/** Of more numbers the dearest ones alone are drawn: a bar would be narrower than a pixel. */
const MOST_BARS = 128;

function Bars({ figures, each }: { figures: LiveElbo; each: readonly number[] }) {
  const sorted = [...each.entries()].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, MOST_BARS);
  const most = Math.max(shown[0]?.[1] ?? 0, 1e-9);
  const { activeUnits } = figures;
  return (
    <>
      <div
        className={classes.bars}
        role="img"
        aria-label={`Divergence of each number, the dearest first: from ${most.toFixed(2)} down to ${(sorted.at(-1)?.[1] ?? 0).toFixed(2)} nats.`}
        data-testid="kl-bars"
      >
        {shown.map(([number, cost]) => (
          <i
            key={number}
            style={{ blockSize: `${(100 * Math.max(0, cost)) / most}%` }}
            title={`number ${number + 1}: ${cost.toFixed(2)} nats`}
          />
        ))}
      </div>
      <p className={classes.note}>
        The dearest first, from {most.toFixed(2)} nats.{" "}
        <Word of="Active number">
          {activeUnits === each.length
            ? `All ${format.numbers(each.length)} are active`
            : `${activeUnits} of ${format.numbers(each.length)} are active`}
        </Word>
        {activeUnits === each.length
          ? ": each tells the decoder of the image."
          : ": the others stay as codes at random are, and tell the decoder nothing."}
      </p>
    </>
  );
}
