import { useMemo, useRef, useState } from "react";
import { netTitle } from "../../../../config/recipes";
import { isExact } from "../../../../metrics/exact";
import { IMAGE_INPUT } from "../../../../nets/spec";
import type { LayerSummary, ModelSummary } from "../../../../nets/summary";
import { estimatedRate } from "../../../../state/speed";
import { drawnConfig, netKeyOf, pcaKey } from "../../../../state/state";
import { compact, ssim, whole } from "../../../kit/format";
import { useAppState, useFormSpec, useSampled, useSize } from "../../../kit/hooks";
import { LabelWord } from "../../../kit/Word";
import { readingOrder } from "./graph";
import { layerName, shapeText } from "./layerWords";
import classes from "./ModelView.module.css";
import { useNetSummary } from "./useNetSummary";
import { LANE, Wires } from "./Wires";
import { wiringOf } from "./wiring";

/** What the chosen net consists of, without training it: totals, and on demand every layer. */
export function ModelView() {
  const settings = useAppState((state) => state.settings);
  const isDrawn = useAppState(
    (state) => netKeyOf(state, drawnConfig(state)) === netKeyOf(state, state.settings),
  );
  const draft = useAppState((state) => state.draft);
  const summary = useNetSummary(settings, useFormSpec(), draft);
  const [open, setOpen] = useState(false);
  const title = netTitle(settings);
  return (
    <details
      className={classes.view}
      data-testid="model-view"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <strong>Layers</strong>
        <Totals
          summary={summary}
          of={isDrawn || draft ? null : `${title}, ${settings.latentSize}`}
          isSoFar={draft !== null}
        />
      </summary>
      {open && <Layers summary={summary} />}
    </details>
  );
}

interface TotalsProps {
  readonly summary: ModelSummary;
  /** Which net it is, where another one is drawn; null where it is the one. */
  readonly of: string | null;
  /** Of a net that goes no further. */
  readonly isSoFar: boolean;
}

function Totals({ summary, of, isSoFar }: TotalsProps) {
  const { layers, parameters, multiplyAdds } = summary;
  return (
    <>
      {isSoFar && <span>so far</span>}
      <span>
        <b data-figures>{layers.length}</b> {layers.length === 1 ? "layer" : "layers"}
      </span>
      <span>
        <b data-figures data-testid="net-weights">
          {whole(parameters)}
        </b>{" "}
        <LabelWord>weights</LabelWord>
      </span>
      <span>
        <b data-figures>{compact(multiplyAdds)}</b> <LabelWord>multiply-adds</LabelWord> an image
        forward, {compact(2 * multiplyAdds)}FLOP
      </span>
      {of && <span>chosen, not in training: {of}</span>}
      <span className={classes.ahead}>
        {!isSoFar && <ToBeat />}
        {/* Of another net, a figure of its own at once. */}
        {!isSoFar && <Rate key={multiplyAdds} multiplyAdds={multiplyAdds} />}
      </span>
    </>
  );
}

/** About how fast it would train here; a run under way tells ten times a second, which nobody reads. */
function Rate({ multiplyAdds }: Pick<ModelSummary, "multiplyAdds">) {
  const rate = useSampled((state) => estimatedRate(state, multiplyAdds), 1000, true);
  if (rate === null) return null;
  return (
    <span data-testid="net-rate">
      about <b data-figures>{whole(rate)}</b> images a second here
    </span>
  );
}

/** PCA with as many numbers as the code has: with its figure on the validation images, once it is there. */
function ToBeat() {
  const { latentSize } = useAppState((state) => state.settings);
  const pca = useAppState((state) => state.pca[pcaKey(state.settings)]);
  return (
    <span data-testid="net-to-beat">
      {pca && isExact(pca.validation)
        ? "nothing to beat: PCA with so many numbers loses nothing"
        : `to beat: PCA ${latentSize}`}
      {pca && !isExact(pca.validation) && (
        <>
          , SSIM <b data-figures>{ssim(pca.validation.ssimWriteup)}</b>
        </>
      )}
    </span>
  );
}

/** Below this width names stand over settings, and numbers are rounded. */
const WIDE = 620;
const ROW = 25;

/** Height of a row: on a phone, of its one to three lines. */
function rowHeight({ detail, inputs }: LayerSummary, above: string, isNarrow: boolean): number {
  if (!isNarrow) return ROW;
  const lines = 1 + (detail ? 1 : 0) + (isPlain(inputs, above) ? 0 : inputs.length);
  return 12 + 15 * lines;
}

const isPlain = (inputs: readonly string[], above: string): boolean =>
  inputs.length === 1 && inputs[0] === above;

function Layers({ summary }: { summary: ModelSummary }) {
  const frame = useRef<HTMLDivElement>(null);
  const { width } = useSize(frame);
  const { height, width: across, channels } = useFormSpec();
  const isNarrow = width < WIDE;
  const layers = useMemo(() => readingOrder(summary.layers), [summary]);
  const wiring = useMemo(() => wiringOf(layers), [layers]);
  const rows = layers.map((layer, i) => {
    const above = layers[i - 1]?.name ?? IMAGE_INPUT;
    return { layer, above, height: rowHeight(layer, above, isNarrow) };
  });
  const gutter = wiring.lanes * LANE + 16;
  const show = isNarrow ? compact : whole;
  const most = {
    parameters: Math.max(1, ...layers.map(({ parameters }) => parameters)),
    multiplyAdds: Math.max(1, ...layers.map(({ multiplyAdds }) => multiplyAdds)),
  };
  return (
    <div
      ref={frame}
      className={classes.layers}
      data-narrow={isNarrow || undefined}
      style={{ "--gutter": `${gutter}px` } as React.CSSProperties}
    >
      <table>
        <thead>
          <tr style={{ height: ROW }}>
            <th scope="col" className={classes.name}>
              Layer
            </th>
            <th scope="col">Output</th>
            <th scope="col">Weights</th>
            <th scope="col">{isNarrow ? "Mult.-adds" : "Multiply-adds"}</th>
          </tr>
        </thead>
        <tbody>
          <tr style={{ height: ROW }}>
            <th scope="row" className={classes.name}>
              Image
            </th>
            <td>{shapeText([height, across, channels])}</td>
            <td />
            <td />
          </tr>
          {rows.map((row) => (
            <Row key={row.layer.name} {...row} most={most} show={show} />
          ))}
        </tbody>
        <tfoot>
          <tr style={{ height: ROW }}>
            <th scope="row" className={classes.name}>
              Together
            </th>
            <td />
            <td>{show(summary.parameters)}</td>
            <td>{show(summary.multiplyAdds)}</td>
          </tr>
        </tfoot>
      </table>
      <Wires wiring={wiring} heights={[ROW, ...rows.map(({ height }) => height)]} gutter={gutter} />
    </div>
  );
}

interface RowProps {
  readonly layer: LayerSummary;
  /** Name of the layer in the row above. */
  readonly above: string;
  readonly height: number;
  readonly show: (value: number) => string;
  readonly most: { readonly parameters: number; readonly multiplyAdds: number };
}

function Row({ layer, above, height, show, most }: RowProps) {
  const { name, detail, inputs, outputShape, parameters, multiplyAdds } = layer;
  return (
    <tr style={{ height }} data-latent={name === "latent" || undefined}>
      <th scope="row" className={classes.name}>
        {layerName(layer)} {detail && <small>{detail}</small>}{" "}
        {!isPlain(inputs, above) && (
          <small className={classes.from}>
            from{" "}
            {inputs.map((input, i) => (
              <span key={input}>
                {i > 0 && "+ "}
                {input}{" "}
              </span>
            ))}
          </small>
        )}{" "}
        <code>{name}</code>
      </th>
      <td>{shapeText(outputShape)}</td>
      <td>
        <Amount value={parameters} most={most.parameters} show={show} />
      </td>
      <td>
        <Amount value={multiplyAdds} most={most.multiplyAdds} show={show} />
      </td>
    </tr>
  );
}

/** A number over a bar that is as long as its share of the largest. */
function Amount({ value, most, show }: { value: number; most: number; show: RowProps["show"] }) {
  return (
    <span className={classes.amount}>
      <i style={{ width: `${(100 * value) / most}%` }} />
      {value > 0 && show(value)}
    </span>
  );
}
