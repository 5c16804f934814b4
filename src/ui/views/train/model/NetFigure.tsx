import { useMemo, useRef } from "react";
import { sizeOf } from "../../../../math/image-set";
import { netOf } from "../../../../nets/presets";
import { layerOf } from "../../../../state/activations";
import { drawnConfig, isActive, netKeyOf } from "../../../../state/state";
import { compact } from "../../../kit/format";
import { useAppState, useItem, usePicturedSpec, useSize } from "../../../kit/hooks";
import { lazyPart } from "../../../kit/parts/lazyPart";
import { Part } from "../../../kit/parts/Part";
import { drawnFor } from "../../../kit/print";
import {
  type Box,
  cellPath,
  type FigureLayout,
  latentGrid,
  layoutFigure,
  mapGrid,
  type StageBox,
} from "./geometry";
import { NetActivations } from "./NetActivations";
import classes from "./NetFigure.module.css";
import { type LookedAt, NetHandles, type Picked } from "./NetHandles";
import { NetPictures } from "./NetPictures";
import { NetThreads } from "./NetThreads";
import { drawingOf, LATENT, type NetDrawing } from "./stages";
import { countZeros, opacityOf } from "./strengths";
import { useActivations } from "./useActivations";
import { useNetSummary } from "./useNetSummary";

const FigureNotes = lazyPart("ui/views/train/model/FigureNotes", () => import("./FigureNotes"));

interface Props {
  /** Which of the fixed validation images passes through. */
  readonly index: number;
  /** Hears what of the form's net is pointed at; left out, nothing can be. */
  readonly onPick?: ((picked: Picked) => void) | undefined;
  /** What is looked into; null for nothing. */
  readonly lookedAt: LookedAt | null;
  /** Hears which map or number is pointed at, where they are those of a run. */
  readonly onLook: (at: LookedAt) => void;
}

/** Garment → encoder → latent numbers → decoder → reconstruction → how far off. */
export function NetFigure(props: Props) {
  const item = useItem();
  const frame = useRef<HTMLElement>(null);
  const { width } = useSize(frame);
  return (
    <figure
      ref={frame}
      className={classes.figure}
      aria-label={`The net, from ${item.one} to error`}
    >
      {width > 0 && <Drawing width={width} {...props} />}
    </figure>
  );
}

function Drawing({ width, index, onPick, lookedAt, onLook }: Props & { width: number }) {
  const config = useAppState(drawnConfig);
  const wanted = useAppState((state) => state.settings.latentSize);
  const { latentSize } = config;
  const spec = usePicturedSpec();
  const draft = useAppState((state) => (isActive(state.run) ? null : state.draft));
  const summary = useNetSummary(config, spec, draft);
  const net = useMemo(() => drawingOf(summary), [summary]);
  const layout = useMemo(
    () => layoutFigure(width, latentSize, net, spec),
    [width, latentSize, net, spec],
  );
  const pending = useMemo(
    () => (wanted === latentSize ? null : layoutFigure(width, wanted, net, spec).latent),
    [width, wanted, latentSize, net, spec],
  );

  // Of a run under way another net may be drawn than the form's.
  const isForms = useAppState(
    (state) => netKeyOf(state, drawnConfig(state)) === netKeyOf(state, state.settings),
  );
  const isFresh = useAppState(({ run }) => run === null);
  const activations = useActivations(net, index, useLookedLayer(lookedAt));
  const code = layerOf(activations, LATENT)?.values;

  return (
    <div
      className={classes.stage}
      style={{ height: layout.height, ...drawnFor(width) }}
      data-drawn=""
      data-lit={!!activations}
    >
      <svg width={width} height={layout.height} className={classes.svg} aria-hidden="true">
        {net && <Brackets layout={layout} net={net} />}
        <NetThreads layout={layout} net={net} index={index} />
        {layout.encoder.concat(layout.decoder).map((box) => (
          <StageMaps key={box.stage.id} box={box} layout={layout} />
        ))}
        <Latent
          box={layout.latent}
          latentSize={latentSize}
          pixels={sizeOf(spec)}
          captionY={layout.captionY}
          withUnit={width >= 900}
          zeros={code ? countZeros(code) : 0}
        />
        {activations && layout.hasStages && <Strength width={width} />}
        {net.brokenIn && <Break layout={layout} half={net.brokenIn} />}
        {pending && <rect {...pending} className={classes.pendingGround} />}
        {pending && <rect {...pending} className={classes.pending} />}
      </svg>
      {activations && <NetActivations layout={layout} activations={activations} />}
      <NetPictures layout={layout} spec={spec} index={index} />
      {isFresh && (
        <Part name="Notes on the figure">
          <FigureNotes layout={layout} />
        </Part>
      )}
      <NetHandles
        layout={layout}
        layers={summary.layers}
        latentSize={latentSize}
        onPick={isForms ? onPick : undefined}
        onLook={activations ? onLook : undefined}
      />
    </div>
  );
}

function StageMaps({ box, layout }: { box: StageBox; layout: FigureLayout }) {
  const { name, height, width, maps } = box.stage;
  return (
    <g>
      <path d={cellPath(box, mapGrid(box), maps)} className={classes.maps} />
      {layout.hasStageCaptions && (
        <Caption box={box} y={layout.captionY} title={name}>
          {`${height}×${width}×${maps}`}
        </Caption>
      )}
    </g>
  );
}

interface LatentProps {
  readonly box: Box;
  readonly latentSize: number;
  /** Numbers of an image. */
  readonly pixels: number;
  readonly captionY: number;
  /** There is room for "128 numbers" in one line. */
  readonly withUnit: boolean;
  /** Numbers that are 0 for the garment shown. */
  readonly zeros: number;
}

function Latent({ box, latentSize, pixels, captionY, withUnit, zeros }: LatentProps) {
  const numbers = latentSize === 1 ? "1 number" : `${latentSize} numbers`;
  const fewer = `${(pixels / latentSize).toFixed(1)}× fewer`;
  return (
    <g>
      <rect
        x={box.x - 5}
        y={box.y - 5}
        width={box.width + 10}
        height={box.height + 10}
        rx="5"
        className={classes.latentGround}
      />
      <path d={cellPath(box, latentGrid(box, latentSize), latentSize)} className={classes.cells} />
      <text x={box.x + box.width / 2} y={captionY} className={classes.latentTitle}>
        {withUnit ? numbers : latentSize}
      </text>
      <text x={box.x + box.width / 2} y={captionY + 17} className={classes.detail}>
        {zeros > 0 ? `${zeros} at 0` : withUnit ? fewer : numbers.split(" ")[1]}
      </text>
    </g>
  );
}

function Caption(props: { box: Box; y: number; title: string; children: string }) {
  const x = props.box.x + props.box.width / 2;
  return (
    <>
      <text x={x} y={props.y} className={classes.title}>
        {props.title}
      </text>
      <text x={x} y={props.y + 17} className={classes.detail}>
        {props.children}
      </text>
    </>
  );
}

/** Where a net that cannot be goes no further. */
function Break({ layout, half }: { layout: FigureLayout; half: "encoder" | "decoder" }) {
  const { garment, latent } = layout;
  const start = half === "encoder" ? garment : latent;
  const last: Box = layout[half].at(-1) ?? start;
  const [x, y] = [last.x + last.width + 18, last.y + last.height / 2];
  return <path d={`M${x - 6} ${y - 6}l12 12m0 -12l-12 12`} className={classes.break} />;
}

/** What the colour of maps and numbers means. */
function Strength({ width }: { width: number }) {
  return (
    <g transform={`translate(${width - 150} 8)`}>
      <text x="0" y="10" className={classes.strengthLabel}>
        0
      </text>
      {[0.05, 0.24, 0.43, 0.62, 0.81, 1].map((strength, i) => (
        <rect
          key={strength}
          className={classes.strength}
          x={12 + 9 * i}
          width="9"
          height="11"
          fillOpacity={opacityOf(strength)}
        />
      ))}
      <text x="72" y="10" className={classes.strengthLabel}>
        layer’s largest
      </text>
    </g>
  );
}

/** "Encoder" and "Decoder" over the stages that they consist of, and what passes above them. */
function Brackets({ layout, net }: { layout: FigureLayout; net: NetDrawing }) {
  const first = layout.encoder[0];
  const last = layout.decoder.at(-1);
  if (!first || !last) return null;
  const { latent, band } = layout;
  const parts = [
    { half: net.encoder, name: "Encoder", from: first.x, to: latent.x - 14 },
    {
      half: net.decoder,
      name: "Decoder",
      from: latent.x + latent.width + 14,
      to: last.x + last.width,
    },
  ];
  return (
    <g>
      {parts.map(({ half, name, from, to }) => (
        <g key={name}>
          <path d={`M${from} 20v-6H${to}v6`} className={classes.bracket} />
          <text x={(from + to) / 2} y="18" className={classes.bracketLabel}>
            {`${name}, ${compact(half.parameters)} weights`}
          </text>
          <text x={(from + to) / 2} y={band.y - 6} className={classes.bandLabel}>
            {
              half.skips.find(({ from: start, to: end }) => start === "start" && end === "end")
                ?.name
            }
          </text>
        </g>
      ))}
    </g>
  );
}

/** Name of the layer of the run's net that is looked into: its first, where it has none of that name. */
function useLookedLayer(at: LookedAt | null): string | null {
  const config = useAppState(({ run }) => run?.config ?? null);
  const shape = usePicturedSpec();
  const isAsked = at !== null;
  const names = useMemo(
    () => (isAsked && config ? netOf(config, shape).layers.map(({ name }) => name) : []),
    [isAsked, config, shape],
  );
  return names.find((name) => name === at?.layer) ?? names[0] ?? null;
}
