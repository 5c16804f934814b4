import { Switch } from "@mantine/core";
import { memo, useRef, useState } from "react";
import type { ImageShape } from "../../../../math/image-set";
import { frameName, type Hold } from "../../../../state/frames";
import { isForeign, pcaKey, picturedConfig } from "../../../../state/state";
import { PROTOCOL_NAMES, type Protocol } from "../../../charts/curves";
import { SaveFigure } from "../../../figure/SaveFigure";
import { ssim } from "../../../kit/format";
import { useApp, useAppState, usePicturedSpec, useSize } from "../../../kit/hooks";
import { drawnFor } from "../../../kit/print";
import { runInWords } from "../../../kit/recipe/changes";
import { SourceTag } from "../../../kit/SourceTag";
import { useScheme } from "../../../kit/scheme";
import { cssColour, ERROR_COLOURS, fittingScale } from "../../../pictures/draw";
import { ImageCanvas, type Shown } from "../../../pictures/ImageCanvas";
import { ProtocolChoice } from "../../../pictures/ProtocolChoice";
import { GridSkeleton } from "./GridSkeleton";
import classes from "./ReconstructionGrid.module.css";
import { TimeMachine } from "./TimeMachine";
import { useFrames, useStepsPerEpoch } from "./useFrames";

interface Props {
  /** Which column is also in the figure. */
  readonly selected: number;
  readonly onSelect: (index: number) => void;
}

interface Row {
  readonly name: string;
  /** Small, under the name. */
  readonly detail?: string;
  readonly tone?: "net" | "pca";
  /** A picture, or the SSIM of the pictures above. */
  readonly shown: Shown | readonly number[];
}

const NONE: readonly number[] = [];

const isFigures = (shown: Row["shown"]): shown is readonly number[] => Array.isArray(shown);

const ORIGINAL: Row = { name: "Original", shown: { kind: "original" } };
const NET: Row = {
  name: "This net",
  tone: "net",
  shown: { kind: "image", of: "reconstructions" },
};
const NET_ERROR: Row = { name: "Error", shown: { kind: "error", of: "reconstructions" } };
const PCA_ROWS: readonly Row[] = [
  { name: "PCA", tone: "pca", shown: { kind: "image", of: "pca" } },
  { name: "Error", shown: { kind: "error", of: "pca" } },
];

const ssimRow = (tone: "net" | "pca", figures: readonly number[]): Row => ({
  name: "SSIM",
  tone,
  shown: figures,
});

const LABEL_WIDTH = 72;
const SPACE = 8;
/** CSS pixels for an image's longer side: twice and three times 28; one of 64 is as large as it is. */
const SMALL = 64;
const LARGE = 84;

/** Below this width the columns stand in one line that scrolls. */
const ONE_LINE = 560;

/**
 * Scale of the images and columns in a line, for that many images.
 *
 * Lines are full, unless that left a last line less than half full: then all are equally long.
 * Images are large where those columns still fit, else small.
 */
export function gridLayout(
  width: number,
  count: number,
  shape: ImageShape,
): { scale: number; columns: number } {
  const [small, large] = [fittingScale(shape, SMALL), fittingScale(shape, LARGE)];
  const fitting = (scale: number) =>
    Math.max(1, Math.floor((width - LABEL_WIDTH) / (shape.width * scale + SPACE)));
  if (width < ONE_LINE || count === 0) return { scale: small, columns: Math.max(1, count) };
  const full = Math.min(count, fitting(small));
  const lines = Math.ceil(count / full);
  const last = count - full * (lines - 1);
  const columns = last < full / 2 ? Math.ceil(count / lines) : full;
  return { scale: fitting(large) >= columns ? large : small, columns };
}

/** A held moment: its pictures with their SSIM, in two rows. */
function useHeldRows(hold: Hold, name: string, protocol: Protocol): readonly Row[] {
  const frame = useFrames((frames) => frames.held(hold));
  const stepsPerEpoch = useStepsPerEpoch();
  if (!frame) return [];
  const of = hold === "a" ? "heldA" : "heldB";
  const detail = frameName(frame, stepsPerEpoch);
  return [
    { name, detail, tone: "net", shown: { kind: "image", of } },
    ssimRow("net", frame[protocol]),
  ];
}

/**
 * Original, reconstruction and error of the fixed validation images, with SSIM under each, at the
 * moment of the time machine.
 */
export default memo(function ReconstructionGrid(props: Props) {
  const hasImages = useAppState((state) => (state.data?.previewLabels.length ?? 0) > 0);
  return hasImages ? <Grid {...props} /> : <GridSkeleton />;
});

function Grid({ selected, onSelect }: Props) {
  const { store } = useApp();
  const frame = useRef<HTMLElement>(null);
  const { width } = useSize(frame);
  const [wantsPca, setWantsPca] = useState(false);
  const [protocol, setProtocol] = useState<Protocol>("ssimWriteup");
  const preview = useFrames((frames) => frames.shown());
  const stepsPerEpoch = useStepsPerEpoch();
  const spec = usePicturedSpec();
  const foreign = useAppState(isForeign);
  const loaded = useAppState((state) => state.data?.previewLabels) ?? NONE;
  // A run of other images than those loaded brings its pictures, and nobody has their originals.
  const labels: readonly (number | null)[] = foreign
    ? Array.from({ length: preview?.pictures.count ?? 0 }, () => null)
    : loaded;
  const key = useAppState((state) => pcaKey(picturedConfig(state)));
  const pca = useAppState((state) => (foreign ? null : (state.pca[key] ?? null)));
  const { scale, columns } = gridLayout(width, labels.length, spec);
  const lines = Array.from({ length: Math.ceil(labels.length / columns) }, (_, i) => ({
    first: i * columns,
    labels: labels.slice(i * columns, (i + 1) * columns),
  }));
  const withPca = pca !== null && (wantsPca || !preview);

  const held = [...useHeldRows("a", "A", protocol), ...useHeldRows("b", "B", protocol)];
  const list = foreign ? held : [ORIGINAL, ...held];
  if (preview || !withPca) {
    const detail = preview ? frameName(preview, stepsPerEpoch) : "";
    list.push(
      { ...NET, detail },
      ...(foreign ? [] : [NET_ERROR]),
      ssimRow("net", preview?.[protocol] ?? []),
    );
  }
  if (withPca) list.push(...PCA_ROWS, ssimRow("pca", pca[protocol]));
  // Keys are places: where the net's pictures take those of PCA, canvases are drawn, not made.
  const rows = list.map((row, place) => ({ ...row, id: `place-${place}` }));

  return (
    <section
      ref={frame}
      className={classes.grid}
      data-testid="reconstructions"
      aria-label="Reconstructions"
    >
      <header className={classes.header}>
        <h2>Validation images it never trains on</h2>
        <SourceTag />
        <span className={classes.space} />
        <ProtocolChoice value={protocol} onChange={setProtocol} isAlone />
        <ErrorKey />
        {pca && preview && (
          <Switch
            size="xs"
            label="PCA beside it"
            checked={wantsPca}
            onChange={(event) => setWantsPca(event.currentTarget.checked)}
          />
        )}
        <SaveFigure
          of={frame}
          name="reconstructions"
          caption={() =>
            `${runInWords(picturedConfig(store.getState()), spec)} · SSIM by ${PROTOCOL_NAMES[protocol]}`
          }
        />
      </header>
      <TimeMachine />
      {lines.map((line) => (
        <div className={classes.scroll} key={line.first} data-drawn="" style={drawnFor(width)}>
          <div className={classes.names} aria-hidden="true">
            {rows.map(({ id, name, detail, tone, shown }) => (
              <span
                key={id}
                data-tone={tone}
                style={{ height: isFigures(shown) ? 16 : spec.height * scale }}
              >
                {name}
                {detail && <small>{detail}</small>}
              </span>
            ))}
          </div>
          {line.labels.map((label, place) => {
            const index = line.first + place;
            const name = `${label === null ? "Image" : (spec.classNames[label] ?? "")} ${index + 1}`;
            const value = (preview ?? pca)?.[protocol][index];
            return (
              <button
                type="button"
                key={name}
                className={classes.column}
                aria-pressed={index === selected}
                aria-label={`${name}${value === undefined ? "" : `, SSIM ${ssim(value)}`}: show in the figure`}
                onClick={() => onSelect(index)}
              >
                {rows.map((row) =>
                  isFigures(row.shown) ? (
                    <span key={row.id} className={classes.value} data-figures data-tone={row.tone}>
                      {row.shown[index] === undefined ? "–" : ssim(row.shown[index])}
                    </span>
                  ) : (
                    <ImageCanvas
                      key={row.id}
                      shown={row.shown}
                      index={index}
                      shape={spec}
                      scale={scale}
                      pcaKey={key}
                    />
                  ),
                )}
              </button>
            );
          })}
        </div>
      ))}
    </section>
  );
}

/** Which colour of the error map means what. */
function ErrorKey() {
  const { over, under, zero } = ERROR_COLOURS[useScheme()];
  const ramp = [under, zero, over].map(cssColour).join(", ");
  return (
    <span className={classes.errorKey}>
      too dark
      <i style={{ background: `linear-gradient(to right, ${ramp})` }} />
      too bright
    </span>
  );
}
