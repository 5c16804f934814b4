import { scaleLinear } from "d3-scale";
import { type ReactNode, useRef } from "react";
import { SaveFigure } from "../figure/SaveFigure";
import panelClasses from "./ChartPanel.module.css";
import { rounded } from "./ranges";
import { linearMarks } from "./ticks";
import classes from "./Waterfall.module.css";

type Bounds = readonly [low: number, high: number];

export interface WaterfallBar {
  /** Where the step before ended; null for the start, and where the two do not compare. */
  readonly from: number | null;
  readonly to: number;
  /** 95% of where it ends, over seeds; null for one seed. */
  readonly overSeeds: Bounds | null;
  /** The same over images, for these seeds; null where it is not known. */
  readonly overImages: Bounds | null;
  /** Whether it is more than chance does; null where nothing tells. */
  readonly isSure: boolean | null;
}

export interface WaterfallStep {
  readonly label: string;
  /** What it brought, in figures. */
  readonly value: string;
  /** Null where there is none yet. */
  readonly bar: WaterfallBar | null;
}

interface Props {
  readonly title: string;
  readonly testId: string;
  readonly aside: ReactNode;
  readonly colour: string;
  readonly steps: readonly WaterfallStep[];
  /** What its intervals are over. */
  readonly over: readonly ("seeds" | "images")[];
  /** Under a saved figure. */
  readonly caption: string;
  /** Read aloud in place of the bars. */
  readonly summary: string;
  /** Stands in place of the axis while there is no bar. */
  readonly hint: string;
}

const HEIGHT = 22;
const MIDDLE = HEIGHT / 2;
/** Opacity of a bar of which nothing tells whether it is chance. */
const UNKNOWN = 0.45;

/** A figure step by step, each a bar from where the one before ended, with how sure its end is. */
export function Waterfall(props: Props) {
  const { title, testId, aside, colour, steps, over, caption, summary, hint } = props;
  const panel = useRef<HTMLElement>(null);
  const bars = steps.flatMap(({ bar }) => bar ?? []);
  const range = rangeOf(bars);
  const scale = scaleLinear().domain(range).range([0, 100]);
  const { ticks, tickFormatter } = linearMarks(range, 4);
  const at = (value: number): string => `${scale(value)}%`;
  return (
    <section ref={panel} className={panelClasses.panel} data-testid={testId} aria-label={title}>
      <header className={panelClasses.header}>
        <h3 className={panelClasses.title}>{title}</h3>
        {aside}
        <SaveFigure of={panel} name={testId} caption={() => caption} />
      </header>
      <div className={panelClasses.legend}>
        {over.length === 0 ? (
          <Mark name="one seed: chance is not known">
            <rect x="1" y="1" width="20" height="8" fill={colour} fillOpacity={UNKNOWN} />
          </Mark>
        ) : (
          <>
            <Mark name="more than chance">
              <rect x="1" y="1" width="20" height="8" fill={colour} />
            </Mark>
            <Mark name="no more">
              <Hollow x="1" y="1" width="20" height="8" colour={colour} />
            </Mark>
          </>
        )}
        {over.includes("seeds") && (
          <Mark name="95% over seeds">
            <Whisker from="1" to="21" y={5} />
          </Mark>
        )}
        {over.includes("images") && (
          <Mark name="95% over images">
            <Band from="1" width="20" y={5} />
          </Mark>
        )}
      </div>
      <div role="img" aria-label={summary}>
        <div className={classes.steps}>
          <svg className={classes.grid} width="100%" height="100%" aria-hidden="true">
            {ticks.map((tick) => (
              <line key={tick} x1={at(tick)} x2={at(tick)} y1="0" y2="100%" />
            ))}
          </svg>
          {steps.map(({ label, value, bar }, step) => (
            <div key={label} className={classes.step}>
              {bar && bar.from !== null && step > 0 && (
                <div className={classes.joint} style={{ left: at(bar.from) }} />
              )}
              <span>{label}</span>
              <b data-figures data-chance={bar?.isSure === false ? true : undefined}>
                {value}
              </b>
              <svg className={classes.bar} width="100%" height={HEIGHT} aria-hidden="true">
                {bar && <Bar bar={bar} colour={colour} at={at} scale={scale} />}
              </svg>
            </div>
          ))}
        </div>
        <div className={classes.axis}>
          {bars.length === 0
            ? hint
            : ticks.map((tick) => (
                <span key={tick} data-figures style={{ left: at(tick) }}>
                  {tickFormatter(tick)}
                </span>
              ))}
        </div>
      </div>
    </section>
  );
}

interface BarProps {
  readonly bar: WaterfallBar;
  readonly colour: string;
  readonly at: (value: number) => string;
  readonly scale: (value: number) => number;
}

function Bar({ bar, colour, at, scale }: BarProps) {
  const { from, to, overSeeds, overImages, isSure } = bar;
  const share = (one: number, other: number) => `${Math.abs(scale(one) - scale(other))}%`;
  const box = from !== null && {
    x: at(Math.min(from, to)),
    y: MIDDLE - 6,
    width: share(from, to),
    height: 12,
  };
  return (
    <>
      {box && isSure !== false && (
        <rect {...box} fill={colour} fillOpacity={isSure === null ? UNKNOWN : 1} />
      )}
      {box && isSure === false && <Hollow {...box} colour={colour} />}
      {overImages && <Band from={at(overImages[0])} width={share(...overImages)} y={MIDDLE} />}
      {overSeeds && <Whisker from={at(overSeeds[0])} to={at(overSeeds[1])} y={MIDDLE} />}
      {!box && <circle cx={at(to)} cy={MIDDLE} r="4.5" fill={colour} />}
    </>
  );
}

interface HollowProps {
  readonly x: string;
  readonly y: string | number;
  readonly width: string;
  readonly height: string | number;
  readonly colour: string;
}

const Hollow = ({ colour, ...box }: HollowProps) => (
  <rect {...box} fill="var(--paper)" stroke={colour} strokeWidth="1.5" strokeDasharray="3 2" />
);

interface BandProps {
  readonly from: string;
  readonly width: string;
  readonly y: number;
}

const Band = ({ from, width, y }: BandProps) => (
  <rect x={from} y={y - 3.5} width={width} height="7" fill="var(--ink-3)" fillOpacity="0.45" />
);

interface WhiskerProps {
  readonly from: string;
  readonly to: string;
  readonly y: number;
}

const Whisker = ({ from, to, y }: WhiskerProps) => (
  <g stroke="var(--ink)" strokeWidth="1.5">
    <line x1={from} x2={to} y1={y} y2={y} />
    <line x1={from} x2={from} y1={y - 4} y2={y + 4} />
    <line x1={to} x2={to} y1={y - 4} y2={y + 4} />
  </g>
);

const Mark = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <span className={classes.mark}>
    <svg width="22" height="10" aria-hidden="true">
      {children}
    </svg>
    {name}
  </span>
);

/** Round ends around all bars and how sure they are; nothing is known before the first. */
function rangeOf(bars: readonly WaterfallBar[]): readonly [number, number] {
  const values = bars.flatMap(({ from, to, overSeeds, overImages }) => [
    ...(from === null ? [] : [from]),
    to,
    ...(overSeeds ?? []),
    ...(overImages ?? []),
  ]);
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // One value has no range of its own: marks of six digits would cover each other on a phone.
  const room = Math.max(0.04 * (high - low), (5e-3 * Math.abs(high) - (high - low)) / 2);
  return rounded([low - room, high + room]);
}
