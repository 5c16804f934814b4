import { useEffect, useRef, useState } from "react";
import { IMAGE_PIXELS, IMAGE_SIDE } from "../../../../config/config";
import { sameData } from "../../../../state/settings";
import { shownConfig } from "../../../../state/state";
import type { RunRecord } from "../../../../storage/record";
import type { Frame } from "../../../../storage/store";
import { ssim } from "../../../kit/format";
import { useApp, useAppState } from "../../../kit/hooks";
import { greyPixels } from "../../../pictures/draw";
import classes from "./Compare.module.css";
import { labelsOf } from "./measures";
import { RunKey } from "./RunKey";

/** Garments of a row: two of each kind fit beside a name. */
const SHOWN = 10;

/** What each run makes of the same garments, at the end of what it has trained. */
export function SideBySide({ records }: { records: readonly RunRecord[] }) {
  const frames = useLastFrames(records);
  const same = records.every(({ config }) => sameData(config, records[0]!.config));
  const { images } = useApp();
  const isLoaded = useAppState(
    (state) => state.data !== null && sameData(shownConfig(state), records[0]!.config),
  );
  if (!same) {
    return (
      <section className={classes.part} aria-label="Reconstructions">
        <h3>The same garments</h3>
        <p className={classes.note}>
          These runs saw other garments, another split or another seed: they have no images in
          common to show side by side.
        </p>
      </section>
    );
  }
  const labels = labelsOf(records);
  const originals = isLoaded ? images.get("originals") : null;
  return (
    <section className={classes.part} aria-label="Reconstructions">
      <h3>The same garments</h3>
      <table className={classes.garments} data-testid="side-by-side">
        <tbody>
          {originals && (
            <tr>
              <th scope="row">original</th>
              <Pictures pixels={originals.pixels} names="original" />
            </tr>
          )}
          {records.map(({ id, name }, place) => {
            const frame = frames[id];
            return (
              frame && (
                <tr key={id}>
                  <th scope="row">
                    <RunKey label={labels[place]!} name={name} place={place} />
                    <small>epoch {frame.epoch}</small>
                  </th>
                  <Pictures
                    pixels={frame.pixels}
                    names={labels[place]!}
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
      const ids = key.split(",").map((part) => part.split(" ")[0]!);
      const pairs = await Promise.all(
        ids.map(async (id) => [id, (await store.frames(id)).at(-1)] as const),
      );
      if (isOver) return;
      setFrames(Object.fromEntries(pairs.flatMap(([id, frame]) => (frame ? [[id, frame]] : []))));
    };
    read().catch(runs.report);
    return () => {
      isOver = true;
    };
  }, [runs, key]);
  return frames;
}

interface PicturesProps {
  readonly pixels: Uint8Array;
  readonly names: string;
  readonly scores?: readonly number[];
}

function Pictures({ pixels, names, scores }: PicturesProps) {
  const count = Math.min(SHOWN, pixels.length / IMAGE_PIXELS);
  const places = Array.from({ length: count }, (_, i) => i);
  return places.map((place) => (
    <td key={place}>
      <Picture
        pixels={pixels.subarray(place * IMAGE_PIXELS, (place + 1) * IMAGE_PIXELS)}
        label={`Garment ${place + 1}, ${names}`}
      />
      {scores && <small data-figures>{ssim(scores[place]!)}</small>}
    </td>
  ));
}

function Picture({ pixels, label }: { pixels: Uint8Array; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    context?.putImageData(new ImageData(greyPixels(pixels), IMAGE_SIDE, IMAGE_SIDE), 0, 0);
  }, [pixels]);
  return (
    <canvas ref={canvas} width={IMAGE_SIDE} height={IMAGE_SIDE} role="img" aria-label={label} />
  );
}
