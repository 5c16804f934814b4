import { useEffect, useMemo, useRef } from "react";
import type { ImageStrip } from "../../../../protocol/messages";
import { imageAt } from "../../../../state/images";
import { isForeign } from "../../../../state/state";
import { useApp, useAppState } from "../../../kit/hooks";
import { rowBrightness } from "../../../pictures/draw";
import type { FigureLayout } from "./geometry";
import classes from "./NetFigure.module.css";
import type { HalfNet, NetDrawing } from "./stages";
import {
  bandThreads,
  decoderHalf,
  encoderHalf,
  skipPaths,
  type Thread,
  threadPaths,
} from "./threads";

interface Props {
  readonly layout: FigureLayout;
  readonly net: NetDrawing | null;
  readonly index: number;
}

/** One thread for each row of pixels, as bright as the row: left the garment's, right the net's. */
export function NetThreads({ layout, net, index }: Props) {
  const { images } = useApp();
  const foreign = useAppState(isForeign);
  const left = useRef<SVGGElement>(null);
  const right = useRef<SVGGElement>(null);
  const encoding = useMemo(
    () => halfThreads(encoderHalf(layout), net?.encoder, layout.band, net?.brokenIn === "encoder"),
    [layout, net],
  );
  const decoding = useMemo(() => {
    const broken = net?.brokenIn ?? null;
    return broken === "encoder"
      ? NO_THREADS
      : halfThreads(decoderHalf(layout), net?.decoder, layout.band, broken !== null);
  }, [layout, net]);

  // Threads that are new have no light yet.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs again for other threads
  useEffect(() => {
    const light = (group: SVGGElement | null, strip: ImageStrip | null) => {
      const bytes = imageAt(strip, index);
      const rows = strip && bytes ? rowBrightness(bytes, strip.shape) : [];
      for (const path of group?.querySelectorAll<SVGPathElement>("[data-row]") ?? []) {
        const brightness = rows[Number(path.dataset.row)] ?? 0;
        path.setAttribute("stroke-opacity", (0.14 + 0.86 * brightness).toFixed(2));
      }
    };
    const update = () => {
      light(left.current, foreign ? null : images.get("originals"));
      light(right.current, images.get("reconstructions"));
    };
    update();
    return images.subscribe(update);
  }, [images, index, foreign, encoding, decoding]);

  return (
    <g className={classes.threads}>
      <g ref={left}>
        <HalfThreads {...encoding} />
      </g>
      <g ref={right}>
        <HalfThreads {...decoding} />
      </g>
    </g>
  );
}

interface HalfPaths {
  readonly through: readonly Thread[];
  readonly above: readonly Thread[];
  readonly skips: readonly string[];
}

const NO_THREADS: HalfPaths = { through: [], above: [], skips: [] };

/** @param isBroken whether they end with the last stage that there is */
function halfThreads(
  half: ReturnType<typeof encoderHalf>,
  net: HalfNet | undefined,
  band: FigureLayout["band"],
  isBroken: boolean,
): HalfPaths {
  const end = isBroken ? [] : [half.end];
  return {
    through: threadPaths([half.start, ...half.stages, ...end], half.rows),
    above: net && !isBroken ? bandThreads(net, half, band) : [],
    skips: net ? skipPaths(net, half, band) : [],
  };
}

function HalfThreads({ through, above, skips }: HalfPaths) {
  return (
    <>
      {through.map(({ row, d }) => (
        <path key={row} data-row={row} d={d} />
      ))}
      {above.map(({ row, d }) => (
        <path key={row} data-row={row} d={d} />
      ))}
      {skips.map((d) => (
        <path key={d} d={d} className={classes.skip} />
      ))}
    </>
  );
}
