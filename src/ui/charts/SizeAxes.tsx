import { scaleLog } from "d3-scale";
import { CartesianGrid, ReferenceDot, XAxis, YAxis } from "recharts";
import type { Published } from "../../runs/published";
import { ssim } from "../kit/format";
import { AXIS, dotsOf, GRID, Y_AXIS_WIDTH } from "./chartStyle";
import { linearMarks } from "./ticks";

/** Latent sizes by octaves. */
const OCTAVES = scaleLog().base(2);
/** Data of an empty chart against latent size. */
export const NO_SIZES = [{ x: 1 }, { x: 2 }];

/** What all curves against latent size have in common. */
export const CURVE = {
  dataKey: "y",
  isAnimationActive: false,
  strokeWidth: 2,
  type: "linear",
} as const;

/** A dashed line without dots, but for a single point: that is one. */
export const dashed = <T,>(data: readonly T[], colour: string) => ({
  ...CURVE,
  data: [...data],
  stroke: colour,
  dot: data.length === 1 && dotsOf(colour),
});

interface AxesProps {
  /** Sizes that are marked. */
  readonly sizes: readonly number[];
  /** Ends of the horizontal axis, in sizes, which need not be whole. */
  readonly from: number;
  readonly to: number;
  /** Ends of the vertical axis. */
  readonly low: number;
  readonly high: number;
  /** About how many figures stand at the vertical axis. */
  readonly ticks: number;
}

/** Latent size to the right, by octaves, and a figure upwards. */
export function SizeAxes({ sizes, from, to, low, high, ticks }: AxesProps) {
  return (
    <>
      <CartesianGrid {...GRID} />
      <XAxis
        {...AXIS}
        dataKey="x"
        type="number"
        scale={OCTAVES}
        domain={[from, to]}
        ticks={[...sizes]}
        tickFormatter={String}
        interval={0}
        allowDataOverflow
      />
      <YAxis
        {...AXIS}
        width={Y_AXIS_WIDTH}
        type="number"
        domain={[low, high]}
        {...linearMarks([low, high], ticks)}
        allowDataOverflow
      />
    </>
  );
}

interface PublishedProps {
  readonly published: readonly Published[];
  /** With their figures; pixels of an octave, where figures side by side may be too wide for it. */
  readonly labelled?: { readonly octave: number };
}

/** Pixels that a figure takes with some air, and by how many two that stand too close part. */
const LABEL = { width: 44, apart: 10 };

/** The write-up's nets, each at its size. */
export function PublishedDots({ published, labelled }: PublishedProps) {
  const isTight = labelled !== undefined && labelled.octave < LABEL.width;
  return published.map(({ latentSize, ssimWriteup }, place) => (
    <ReferenceDot
      key={latentSize}
      x={latentSize}
      y={ssimWriteup}
      r={4.5}
      fill="var(--paper)"
      stroke="var(--published)"
      strokeWidth={2}
      {...(labelled
        ? {
            label: {
              value: ssim(ssimWriteup),
              position: "bottom",
              dx: isTight ? (place - 0.5) * LABEL.apart : 0,
              fontSize: 12,
              fill: "var(--published)",
            },
          }
        : {})}
    />
  ));
}
