import { useEffect, useRef, useState } from "react";
import { sameImages } from "../../../../datasets/dataset";
import type { ImageStrip } from "../../../../protocol/messages";
import { imageAt } from "../../../../state/images";
import { sameData } from "../../../../state/settings";
import { dataSpec, shownConfig } from "../../../../state/state";
import { type RunRecord, specOf } from "../../../../storage/record";
import type { Frame } from "../../../../storage/store";
import { paintRaster } from "../../../figure/picture";
import { ssim } from "../../../kit/format";
import { useApp, useAppState, useItem } from "../../../kit/hooks";
import { fittingScale, imageRaster } from "../../../pictures/draw";
import classes from "./Compare.module.css";
import { labelled } from "./measures";
import { RunKey } from "./RunKey";

/** Garments of a row: two of each kind fit beside a name. */
const SHOWN = 10;

/** CSS pixels of a garment's longer side. */
const ROOM = 64;

/** What each run makes of the same garments, at the end of what it has trained. */
export function SideBySide({ records: [first, ...others] }: { records: readonly RunRecord[] }) {
  return first && <Pictured first={first} others={others} />;
}

interface PicturedProps {
  readonly first: RunRecord;
  readonly others: readonly RunRecord[];
}

function Pictured({ first, others }: PicturedProps) {
  const item = useItem();
  const records = [first, ...others];
  const frames = useLastFrames(records);
  const { config } = first;
  const spec = specOf(first);
  const same = others.every(
    (record) => sameData(record.config, config) && sameImages(specOf(record), spec),
  );
  const { images } = useApp();
  const isLoaded = useAppState(
    (state) =>
      state.data !== null &&
      sameImages(dataSpec(state), spec) &&
      sameData(shownConfig(state), config),
  );
  if (!same) {
    return (
      <section className={classes.part} aria-label="Reconstructions">
        <h3>The same {item.many}</h3>
        <p className={classes.note}>
          These runs saw other {item.many}, another split or another seed: they have no images in
          common to show side by side.
        </p>
      </section>
    );
  }
  const originals = isLoaded ? images.get("originals") : null;
  return (
    <section className={classes.part} aria-label="Reconstructions">
      <h3>The same {item.many}</h3>
      <table className={classes.garments} data-testid="side-by-side">
        <tbody>
          {originals && (
            <tr>
              <th scope="row">original</th>
              <Pictures strip={originals} names="original" />
            </tr>
          )}
          {labelled(records).map((run) => {
            const { id } = run.record;
            const frame = frames[id];
            return (
              frame && (
                <tr key={id}>
                  <th scope="row">
                    <RunKey {...run} />
                    <small>epoch {frame.epoch}</small>
                  </th>
                  <Pictures
                    strip={{ shape: spec, count: frame.count, pixels: frame.pixels }}
                    names={run.label}
                    scores={frame.ssimWriteup}
                  />
                </tr>
              )
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** The newest frame of each run, by id. */
function useLastFrames(records: readonly RunRecord[]): Readonly<Record<string, Frame>> {
  const { runs } = useApp();
  const [frames, setFrames] = useState<Readonly<Record<string, Frame>>>({});
  // A run under way has new ones with every epoch.
  const key = records.map(({ id, updatedAt }) => `${id} ${updatedAt}`).join();
  useEffect(() => {
    let isOver = false;
    const read = async () => {
      const store = await runs.store;
      const newest: Record<string, Frame> = {};
      for (const part of key.split(",")) {
        const [id = ""] = part.split(" ");
        const frame = (await store.frames(id)).at(-1);
        if (frame) newest[id] = frame;
      }
      if (!isOver) setFrames(newest);
    };
    read().catch(runs.report);
    return () => {
      isOver = true;
    };
  }, [runs, key]);
  return frames;
}

interface PicturesProps {
  readonly strip: ImageStrip;
  readonly names: string;
  readonly scores?: readonly number[];
}

function Pictures({ strip, names, scores }: PicturesProps) {
  const item = useItem();
  const places = Array.from({ length: Math.min(SHOWN, strip.count) }, (_, i) => i);
  return places.map((place) => (
    <td key={place}>
      <Picture strip={strip} place={place} label={`${item.One} ${place + 1}, ${names}`} />
      {scores && <small data-figures>{ssim(scores[place] ?? Number.NaN)}</small>}
    </td>
  ));
}

interface PictureProps {
  readonly strip: ImageStrip;
  readonly place: number;
  readonly label: string;
}

function Picture({ strip, place, label }: PictureProps) {
  const { shape } = strip;
  const bytes = imageAt(strip, place);
  const scale = fittingScale(shape, ROOM);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current && bytes) paintRaster(canvas.current, imageRaster(bytes, shape));
  }, [bytes, shape]);
  return (
    <canvas
      ref={canvas}
      width={shape.width}
      height={shape.height}
      style={{ width: shape.width * scale, aspectRatio: `${shape.width} / ${shape.height}` }}
      role="img"
      aria-label={label}
    />
  );
}
