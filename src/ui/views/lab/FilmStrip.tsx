import { VisuallyHidden } from "@mantine/core";
import { memo, useMemo, useRef } from "react";
import { SHIPPED } from "../../../state/current-net";
import type { LabState } from "../../../state/lab/types";
import { PROTOCOL_NAMES, type Protocol } from "../../charts/curves";
import { SaveFigure } from "../../figure/SaveFigure";
import * as format from "../../kit/format";
import { useAppState, useItem, useSize } from "../../kit/hooks";
import { Scroller } from "../../kit/Scroller";
import { fittingScale } from "../../pictures/draw";
import columns from "./Columns.module.css";
import { Figure } from "./Figure";
import classes from "./FilmStrip.module.css";
import { useLab, useLabSpec, useLabState } from "./lab";
import { Picture } from "./Picture";

const SPACE = 6;
const NAMES_WIDTH = 118;
/** Of the net that comes with the page. */
const USUAL_STOPS = 16;

/** One garment at every size: by this net where one net serves them all, and by PCA. */
export const FilmStrip = memo(function FilmStrip({ protocol }: { protocol: Protocol }) {
  const item = useItem();
  const frame = useRef<HTMLElement>(null);
  const { width } = useSize(frame);
  const spec = useLabSpec();
  const stops = useLabState((state) => state.stops);
  const label = useLabState((state) => state.labels[state.selected]);
  const selected = useLabState((state) => state.selected);
  const isShipped = useAppState(({ currentNet }) => currentNet === SHIPPED);
  // Before it is opened, what it will be has its place.
  const nested = useLabState((state) => state.net?.nested ?? isShipped);
  const room = (width - NAMES_WIDTH) / (stops.length || USUAL_STOPS) - SPACE;
  const scale = fittingScale(spec, Math.min(112, Math.max(56, room)));
  const height = spec.height * scale + 20;
  const name = label === undefined ? "" : `${spec.classNames[label] ?? ""} ${selected + 1}`;
  // Of a net of one number there is nothing to set side by side.
  if (stops.length === 1) return null;
  return (
    <section ref={frame} className={classes.film} aria-label={`One ${item.one} at every size`}>
      <header className={classes.header}>
        <h3>{name ? `${name} at every size` : `One ${item.one} at every size`}</h3>
        <SaveFigure
          of={frame}
          name="film-strip"
          caption={() => `SSIM by ${PROTOCOL_NAMES[protocol]}`}
        />
      </header>
      <Scroller className={columns.scroll} drawn={width} label={`One ${item.one} at every size`}>
        <div className={columns.names} aria-hidden="true">
          <p className={`${classes.name} ${classes.stop}`}>numbers</p>
          {nested && (
            <p className={classes.name} style={{ height }} data-tone="net">
              This net
            </p>
          )}
          <p className={classes.name} style={{ height }} data-tone="pca">
            PCA
          </p>
        </div>
        {stops.map((stop, place) => (
          <Frame
            key={stop}
            stop={stop}
            place={place}
            scale={scale}
            nested={nested}
            protocol={protocol}
          />
        ))}
      </Scroller>
    </section>
  );
});

interface FrameProps {
  readonly stop: number;
  readonly place: number;
  readonly scale: number;
  readonly nested: boolean;
  readonly protocol: Protocol;
}

/** The garment at one size, which a click takes the slider to. */
const Frame = memo(function Frame({ stop, place, scale, nested, protocol }: FrameProps) {
  const lab = useLab();
  const isNow = useLabState(({ stops, kept }) => nearest(stops, kept) === place);
  const figures = useMemo(() => {
    const of = (film: "filmNet" | "filmPca") => (state: LabState) => {
      const value = state[film]?.[protocol][place];
      return value === undefined ? "–" : format.ssim(value);
    };
    return { net: of("filmNet"), pca: of("filmPca") };
  }, [place, protocol]);
  return (
    <button
      type="button"
      className={`${columns.column} ${classes.frame}`}
      aria-pressed={isNow}
      disabled={!nested}
      onClick={() => lab.setKept(stop)}
    >
      <span className={classes.stop} data-figures>
        {stop}
        <VisuallyHidden>{stop === 1 ? " number" : " numbers"}</VisuallyHidden>
      </span>
      {nested && (
        <>
          <Picture of="filmNet" place={place} scale={scale} />
          <span className={columns.figure} data-tone="net">
            <VisuallyHidden> This net </VisuallyHidden>
            <Figure of={figures.net} />
          </span>
        </>
      )}
      <Picture of="filmPca" place={place} scale={scale} />
      <span className={columns.figure} data-tone="pca">
        <VisuallyHidden> PCA </VisuallyHidden>
        <Figure of={figures.pca} />
      </span>
    </button>
  );
});

/** Place of the stop that is closest to a size on the slider's scale. */
function nearest(stops: readonly number[], kept: number): number {
  const distances = stops.map((stop) => Math.abs(Math.log2(stop / kept)));
  return distances.indexOf(Math.min(...distances));
}
