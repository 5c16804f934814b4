import { memo, useEffect, useMemo, useRef } from "react";
import { Line, LineChart, usePlotArea, useXAxisScale } from "recharts";
import type { Published } from "../../../runs/published";
import type { Curve } from "../../../state/lab/types";
import { MARGIN, Y_AXIS_WIDTH } from "../../charts/chartStyle";
import type { Protocol } from "../../charts/curves";
import { CURVE, dashed, NO_SIZES, PublishedDots, SizeAxes } from "../../charts/SizeAxes";
import { marksOf } from "../../kit/sizeScale";
import { useLab, useLabState } from "./lab";

/** The last published point's figure is centred on the right end. */
const WITH_LABELS = { ...MARGIN, right: 24 };
/** A factor beyond either end, a tenth of an octave, so that the last points are whole. */
const BEYOND = 2 ** 0.1;

interface Props {
  readonly protocol: Protocol;
  readonly published: readonly Published[];
  readonly width: number;
  readonly height: number;
}

/** Curves against the slider's own scale, and a line where it stands. */
export default memo(function SizeChart({ protocol, published, width, height }: Props) {
  const largest = useLabState((state) => state.net?.config.latentSize ?? 256);
  const net = usePoints(
    useLabState((state) => state.netCurve),
    protocol,
  );
  const pca = usePoints(
    useLabState((state) => state.pcaCurve),
    protocol,
  );
  const jpeg = usePoints(
    useLabState((state) => state.jpegCurve),
    protocol,
  );
  const lowest = Math.min(0.6, ...[...net, ...pca, ...jpeg].map(({ y }) => y));
  const low = Math.max(0, Math.floor(lowest * 10) / 10);
  // An axis has two ends, also that of a net of one number.
  const [from, to] = [1 / BEYOND, Math.max(2, largest) * BEYOND];
  const octave = (width - Y_AXIS_WIDTH - WITH_LABELS.right) / Math.log2(to / from);
  return (
    <LineChart
      accessibilityLayer={false}
      width={width}
      height={height}
      data={NO_SIZES}
      margin={WITH_LABELS}
    >
      <SizeAxes sizes={marksOf(largest)} from={from} to={to} low={low} high={1} ticks={5} />
      <Line {...dashed(jpeg, "var(--jpeg)")} strokeDasharray="2 4" />
      <Line {...dashed(pca, "var(--pca)")} strokeDasharray="6 4" />
      <Line
        {...CURVE}
        data={net}
        stroke="var(--net)"
        strokeWidth={2.5}
        dot={{ r: 3, fill: "var(--net)", strokeWidth: 0 }}
      />
      <PublishedDots published={published} labelled={{ octave }} />
      <Here />
    </LineChart>
  );
});

function usePoints(curve: Curve, protocol: Protocol) {
  return useMemo(
    () => curve.map(({ kept, mean }) => ({ x: kept, y: mean[protocol] })),
    [curve, protocol],
  );
}

/** A line at the slider's size: moved in place, so that Recharts draws nothing anew. */
function Here() {
  const { store } = useLab();
  const line = useRef<SVGLineElement>(null);
  const area = usePlotArea();
  const scale = useXAxisScale();

  useEffect(() => {
    if (!scale) return;
    const move = () => {
      const x = (scale(store.getState().kept) ?? 0).toFixed(1);
      line.current?.setAttribute("x1", x);
      line.current?.setAttribute("x2", x);
    };
    move();
    return store.subscribe(move);
  }, [store, scale]);

  if (!area) return null;
  return (
    <line
      ref={line}
      data-testid="here"
      y1={area.y}
      y2={area.y + area.height}
      stroke="var(--net)"
      strokeWidth="1.5"
      strokeOpacity="0.6"
    />
  );
}
