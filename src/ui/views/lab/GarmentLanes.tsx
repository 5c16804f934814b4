import { VisuallyHidden } from "@mantine/core";
import { memo, useMemo, useRef } from "react";
import { type ImageShape, sizeOf } from "../../../math/image-set";
import type { LabState, Lane } from "../../../state/lab/types";
import { PROTOCOL_NAMES, type Protocol } from "../../charts/curves";
import { SaveFigure } from "../../figure/SaveFigure";
import * as format from "../../kit/format";
import { useItem, useSize } from "../../kit/hooks";
import { drawnFor } from "../../kit/print";
import { SyntheticTag } from "../../kit/SourceTag";
import { fittingScale } from "../../pictures/draw";
import { ProtocolChoice } from "../../pictures/ProtocolChoice";
import columns from "./Columns.module.css";
import { Figure } from "./Figure";
import classes from "./GarmentLanes.module.css";
import { useLab, useLabSpec, useLabState } from "./lab";
import { Picture } from "./Picture";

interface Props {
  readonly protocol: Protocol;
  readonly onProtocol: (protocol: Protocol) => void;
}

type Rival = "net" | "pca" | "jpeg";

const RIVALS: readonly { rival: Rival; title: string }[] = [
  { rival: "net", title: "This net" },
  { rival: "pca", title: "PCA" },
  { rival: "jpeg", title: "JPEG" },
];

const NAMES_WIDTH = 118;
const SPACE = 8;

/** Scale of the garments so that one line holds them; a narrow page scrolls them at twice 28. */
function laneScale(width: number, count: number, shape: ImageShape): number {
  const room = (width - NAMES_WIDTH) / Math.max(1, count) - SPACE;
  return fittingScale(shape, Math.min(168, Math.max(56, room)));
}

const laneOf = (state: LabState, rival: Rival): Lane | null => {
  const lane = state[`${rival}Lane`];
  return lane === "none" ? null : lane;
};

/** The garments there and back: by this net, by PCA with as many numbers, by JPEG in as many bytes. */
export const GarmentLanes = memo(function GarmentLanes({ protocol, onProtocol }: Props) {
  const item = useItem();
  const frame = useRef<HTMLElement>(null);
  const { width } = useSize(frame);
  const spec = useLabSpec();
  const isSynthetic = useLabState((state) => state.spec?.source === "synthetic");
  const sourceNote = useLabState((state) => state.sourceNote);
  const labels = useLabState((state) => state.labels);
  const scale = laneScale(width, labels.length || 12, spec);
  const size = { width: spec.width * scale, height: spec.height * scale };
  const garments = labels.map((label, place) => ({
    place,
    name: `${spec.classNames[label] ?? ""} ${place + 1}`,
  }));
  return (
    <section ref={frame} className={classes.lanes} aria-label={`${item.Many} there and back`}>
      <header className={classes.header}>
        <h3>Test images that the net never saw</h3>
        {isSynthetic && <SyntheticTag note={sourceNote} />}
        <ProtocolChoice value={protocol} onChange={onProtocol} isAlone />
        <SaveFigure
          of={frame}
          name="garments"
          caption={() => `SSIM by ${PROTOCOL_NAMES[protocol]}, means of the ${item.many} shown`}
        />
      </header>
      <div className={columns.scroll} data-drawn="" style={drawnFor(width)}>
        <div className={columns.names}>
          <p className={classes.name} style={{ height: size.height }}>
            Original <small>{sizeOf(spec)} bytes</small>
          </p>
          {RIVALS.map(({ rival, title }) => (
            <LaneName
              key={rival}
              rival={rival}
              title={title}
              protocol={protocol}
              height={size.height + 20}
            />
          ))}
        </div>
        {garments.length > 0 ? (
          garments.map(({ name, place }) => (
            <Garment key={name} place={place} name={name} protocol={protocol} scale={scale} />
          ))
        ) : (
          <Waiting size={size} />
        )}
      </div>
    </section>
  );
});

interface NameProps {
  readonly rival: Rival;
  readonly title: string;
  readonly protocol: Protocol;
  readonly height: number;
}

/** A rival's name, and its mean over the garments shown. */
function LaneName({ rival, title, protocol, height }: NameProps) {
  const mean = useMemo(
    () => (state: LabState) => {
      const lane = laneOf(state, rival);
      return lane ? format.ssim(lane.mean[protocol]) : "–";
    },
    [rival, protocol],
  );
  const details = useMemo(() => (state: LabState) => detailsOf(state, rival), [rival]);
  return (
    <p className={classes.name} style={{ height }} data-tone={rival}>
      {title}
      <Figure of={mean} className={classes.mean} testId={`mean-${rival}`} />
      <Figure of={details} className={classes.details} testId={`details-${rival}`} />
    </p>
  );
}

function detailsOf(state: LabState, rival: Rival): string {
  const lane = laneOf(state, rival);
  if (rival === "pca" && !lane) return state.net ? "being fitted…" : "";
  if (rival === "jpeg" && state.jpegLane === "none") return "needs more bytes";
  if (!lane) return "";
  const mse = `MSE ${(1000 * lane.mean.mse).toFixed(2)} × 10⁻³`;
  const jpeg = state.jpegLane;
  return rival === "jpeg" && jpeg && jpeg !== "none" ? `${jpeg.bytes.toFixed(1)} bytes` : mse;
}

interface GarmentProps {
  readonly place: number;
  readonly name: string;
  readonly protocol: Protocol;
  readonly scale: number;
}

/** One garment: the original, and what each rival makes of it. */
const Garment = memo(function Garment({ place, name, protocol, scale }: GarmentProps) {
  const lab = useLab();
  const isSelected = useLabState((state) => state.selected === place);
  return (
    <button
      type="button"
      className={`${columns.column} ${classes.garment}`}
      aria-pressed={isSelected}
      onClick={() => lab.select(place)}
    >
      <VisuallyHidden>{name}: show it at every size. SSIM</VisuallyHidden>
      <Picture of="original" place={place} scale={scale} />
      {RIVALS.map(({ rival, title }) => (
        <Rivalry
          key={rival}
          rival={rival}
          title={title}
          place={place}
          protocol={protocol}
          scale={scale}
        />
      ))}
    </button>
  );
});

interface RivalryProps extends Omit<GarmentProps, "name"> {
  readonly rival: Rival;
  readonly title: string;
}

function Rivalry({ rival, title, place, protocol, scale }: RivalryProps) {
  const figure = useMemo(
    () => (state: LabState) => {
      const value = laneOf(state, rival)?.figures[protocol][place];
      return value === undefined ? "–" : format.ssim(value);
    },
    [rival, place, protocol],
  );
  return (
    <>
      <Picture of={rival} place={place} scale={scale} />
      <span className={columns.figure} data-tone={rival}>
        <VisuallyHidden> {title} </VisuallyHidden>
        <Figure of={figure} />
      </span>
    </>
  );
}

const BLANKS = Array.from({ length: 12 }, (_, i) => `blank-${i}`);

/** The garments' places while they are on their way. */
function Waiting({ size }: { size: { readonly width: number; readonly height: number } }) {
  return BLANKS.map((blank) => (
    <span key={blank} className={`${columns.column} ${classes.garment}`} aria-hidden="true">
      {["original", "net", "pca", "jpeg"].map((lane) => (
        <i key={lane} className={classes.blank} style={size} />
      ))}
    </span>
  ));
}
