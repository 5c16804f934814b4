import { useMemo, useRef } from "react";
import { IMAGE_INPUT } from "../../../../nets/spec";
import type { LayerSummary, ModelSummary } from "../../../../nets/summary";
import { compact, whole } from "../../../kit/format";
import { useFormSpec, useSize } from "../../../kit/hooks";
import { readingOrder } from "./graph";
import { layerName, shapeText } from "./layerWords";
import classes from "./ModelView.module.css";
import { LANE, Wires } from "./Wires";
import { wiringOf } from "./wiring";

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

/** Every layer with its shape, weights and multiply-adds, and lines from where it takes its input. */
export default function LayerTable({ summary }: { summary: ModelSummary }) {
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
