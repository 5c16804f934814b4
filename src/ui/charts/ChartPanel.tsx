import { type ReactNode, type RefObject, useRef } from "react";
import { whole } from "../kit/format";
import { useApp, useAppState, useSize, useVisible } from "../kit/hooks";
import { CloseIcon } from "../kit/icons";
import { Part } from "../kit/parts/Part";
import { SourceTag } from "../kit/SourceTag";
import { Word } from "../kit/Word";
import { cursorStep } from "./axis";
import classes from "./ChartPanel.module.css";
import { ChartSurface } from "./ChartSurface";
import { ChartTools } from "./ChartTools";
import { MARGIN, Y_AXIS_WIDTH } from "./chartStyle";
import type { ChartSheet } from "./save/picture";

interface Props {
  readonly title: string;
  readonly testId: string;
  readonly legend: ReactNode;
  readonly aside?: ReactNode;
  /** Controls of this chart alone, before those that every chart has. */
  readonly tools?: ReactNode;
  /** Stands in the empty chart before the first point. */
  readonly hint: string | null;
  /** Read aloud in place of the curves. */
  readonly summary: string;
  /** Pixels right of the plot. */
  readonly right?: number;
  /** What a saved picture is headed by, besides the title. */
  readonly sheet: Omit<ChartSheet, "title">;
  readonly children: (width: number, height: number, visible: boolean) => ReactNode;
}

/** Heading, legend, room for a chart that is loaded when it is needed, and its tools. */
export function ChartPanel(props: Props) {
  const { title, testId, legend, aside, tools, hint, summary, right = MARGIN.right } = props;
  const room = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(room);
  const visible = useVisible(room as RefObject<Element | null>);
  return (
    <section className={classes.panel} data-testid={testId} aria-label={title}>
      <header className={classes.header}>
        <h2>
          <Word>{title}</Word>
        </h2>
        <SourceTag />
        {aside}
      </header>
      <div className={classes.legend}>{legend}</div>
      <div ref={room} className={classes.room}>
        <Part name="This chart">
          <div role="img" aria-label={summary} className={classes.chart}>
            {width > 0 && props.children(width, height, visible)}
          </div>
        </Part>
        {hint && <p className={classes.hint}>{hint}</p>}
        {width > 0 && (
          <ChartSurface
            label={`Cursor in the chart of ${title}`}
            left={Y_AXIS_WIDTH}
            right={right}
            width={width}
          />
        )}
      </div>
      <Where />
      <ChartTools room={room} sheet={{ ...props.sheet, title }}>
        {tools}
      </ChartTools>
    </section>
  );
}

/** What the axis counts; while the cursor is out, where it stands. */
function Where() {
  const app = useApp();
  const step = useAppState(cursorStep);
  const stepsPerEpoch = useAppState((state) => state.run?.started?.stepsPerEpoch ?? 1);
  if (step === null) return <p className={classes.unit}>epoch</p>;
  return (
    <p className={classes.unit} data-figures>
      <span>
        epoch <b>{(step / stepsPerEpoch).toFixed(2)}</b>, step <b>{whole(step)}</b>
      </span>
      <button
        type="button"
        aria-label="Back to the newest step"
        onClick={() => app.setCursor(null)}
      >
        <CloseIcon size={12} />
      </button>
    </p>
  );
}

/** A mark in a series' colour, its name, and its value where the cursor stands, or its newest. */
export function Key(props: {
  colour: string;
  dashed?: boolean;
  name: ReactNode;
  children?: ReactNode;
}) {
  return (
    <span className={classes.key}>
      <svg width="16" height="8" aria-hidden="true">
        <path
          d="M0 4h16"
          stroke={props.colour}
          strokeWidth="2.2"
          strokeDasharray={props.dashed ? "5 3" : undefined}
        />
      </svg>
      {props.name}
      {props.children}
    </span>
  );
}
