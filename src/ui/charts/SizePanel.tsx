import { type ReactNode, useRef } from "react";
import { SaveFigure } from "../figure/SaveFigure";
import { useSize } from "../kit/hooks";
import { Part } from "../kit/parts/Part";
import classes from "./ChartPanel.module.css";

interface Props {
  readonly title: string;
  readonly testId: string;
  readonly legend: ReactNode;
  readonly aside?: ReactNode;
  /** What the axis counts. */
  readonly unit: string;
  /** Stands in the empty chart before the first point. */
  readonly hint?: string | null;
  /** Under a saved figure: what was trained. */
  readonly caption?: string;
  /** Read aloud in place of the curves. */
  readonly summary: string;
  readonly children: (width: number, height: number) => ReactNode;
}

/** Heading, legend and room for a chart against latent size, which is loaded when it is needed. */
export function SizePanel(props: Props) {
  const { title, testId, legend, aside, unit, hint, caption = "", summary, children } = props;
  const panel = useRef<HTMLElement>(null);
  const room = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(room);
  return (
    <section ref={panel} className={classes.panel} data-testid={testId} aria-label={title}>
      <header className={classes.header}>
        <h3 className={classes.title}>{title}</h3>
        {aside}
        <SaveFigure of={panel} name={testId} caption={() => caption} />
      </header>
      <div className={classes.legend}>{legend}</div>
      <div ref={room} className={classes.room}>
        <figure aria-label={summary} className={classes.chart}>
          {width > 0 && <Part name="This chart">{children(width, height)}</Part>}
        </figure>
        {hint && <p className={classes.hint}>{hint}</p>}
      </div>
      <p className={classes.unit}>{unit}</p>
    </section>
  );
}
