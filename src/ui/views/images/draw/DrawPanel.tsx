import { useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { FASHION_MNIST } from "../../../../datasets/fashion-mnist";
import { sameShape, sizeOf } from "../../../../math/image-set";
import type { Evaluator, Pair } from "../../../../state/evaluator";
import { useDataSpec, useItem, useSize } from "../../../kit/hooks";
import view from "../../../kit/Panels.module.css";
import { OneImage } from "../../../pictures/OneImage";
import classes from "./DrawPanel.module.css";
import { blank as blankSheet, type Drawing, isBlank, replace, undo } from "./drawing";
import { ErrorPlace } from "./ErrorPlace";
import { Examples } from "./Examples";
import { Pad } from "./Pad";
import { Steps } from "./Steps";
import { type ToolSettings, Tools } from "./Tools";
import { usePicture } from "./usePicture";

interface Props {
  readonly evaluator: Evaluator;
  readonly drawing: Drawing;
  /** Called with what becomes of the newest drawing. */
  readonly onDraw: (change: (drawing: Drawing) => Drawing) => void;
}

const FIRST_TOOLS: ToolSettings = { eraser: false, radius: 1.5, grey: 220, mirrored: true };

/** A garment drawn or brought as a picture, and what net and PCA make of it. */
export function DrawPanel({ evaluator, drawing, onDraw }: Props) {
  const item = useItem();
  const [tools, setTools] = useState(FIRST_TOOLS);
  const [isOver, setIsOver] = useState(false);
  // Garments are put into Fashion-MNIST's form, and those drawn by code have it.
  const { id } = useDataSpec();
  const isGarment = id === FASHION_MNIST.id && sameShape(drawing.shape, FASHION_MNIST);
  const picture = usePicture(isGarment ? null : drawing.shape, (pixels) =>
    // The images may have become others meanwhile.
    onDraw((now) => (sizeOf(now.shape) === pixels.length ? replace(now, pixels) : now)),
  );
  const own = useOwn(evaluator, drawing);
  const blank = isBlank(drawing);

  return (
    <section
      className={classes.panel}
      aria-label={`Bring your own ${item.one}`}
      data-over={isOver || undefined}
      // The page takes what is dropped, here as everywhere.
      onDragOver={() => setIsOver(true)}
      onDragLeave={() => setIsOver(false)}
      onDrop={() => setIsOver(false)}
    >
      <div className={classes.bring}>
        <Pad
          drawing={drawing}
          brush={{ ...tools, grey: tools.eraser ? 0 : tools.grey }}
          onDraw={onDraw}
        />
        <Tools
          settings={tools}
          onChange={setTools}
          canUndo={drawing.past.length > 0}
          onUndo={() => onDraw(undo)}
          onClear={() => onDraw((now) => replace(now, blankSheet(now.shape).pixels))}
          isClear={blank}
        />
        <p className={classes.hint}>
          Draw {item.a}
          {isGarment && ", light on black"}. Or drop a picture on the page, paste one, or{" "}
          <label className={classes.file}>
            choose a file
            <input type="file" accept="image/*" onChange={picture.choose} />
          </label>
          .{!isGarment && " Its middle is taken, as large as these images are."}
        </p>
        {picture.trouble && (
          <p className={view.failure} role="alert">
            {picture.trouble}
          </p>
        )}
        {picture.steps && <Steps steps={picture.steps} />}
      </div>
      <div className={classes.result}>
        {own ? (
          <Result evaluator={evaluator} {...own} />
        ) : (
          <p className={view.words} role="status">
            {blank
              ? `What comes back of your ${item.one} appears here: rebuilt by the net and by PCA, where they err, and whether it is familiar or strange to them.`
              : `Rebuilding your ${item.one}…`}
          </p>
        )}
        {blank && isGarment && (
          <Examples onTake={(pixels) => onDraw((now) => replace(now, pixels))} />
        )}
      </div>
    </section>
  );
}

interface Own {
  /** What the pictures were made of. */
  readonly pixels: Uint8Array;
  readonly pair: Pair;
}

/** What net and PCA make of the newest drawing; of the one before until that is known. */
function useOwn(evaluator: Evaluator, drawing: Drawing): Own | null {
  const [own, setOwn] = useState<(Own & { readonly evaluator: Evaluator }) | null>(null);
  const { pixels } = drawing;
  const blank = isBlank(drawing);
  useEffect(() => {
    if (blank) return;
    let isOver = false;
    evaluator.rebuild(pixels).then(
      (pair) => {
        if (pair && !isOver) setOwn({ evaluator, pixels, pair });
      },
      // The view says why there is no net.
      () => {},
    );
    return () => {
      isOver = true;
    };
  }, [evaluator, pixels, blank]);
  return !blank && own?.evaluator === evaluator ? own : null;
}

function Result({ evaluator, pixels, pair }: Pick<Props, "evaluator"> & Own) {
  const room = useRef<HTMLDivElement>(null);
  const { width } = useSize(room);
  const training = useStore(evaluator.store, (state) => state.training);
  const share = useStore(evaluator.store, (state) => state.trainingShare);
  useEffect(() => evaluator.measureTraining(), [evaluator]);
  const { net, pca } = pair;
  return (
    <div ref={room} className={classes.pictures}>
      {training ? (
        <ErrorPlace
          training={training.mse}
          mse={(net ?? pca).figures.mse[0] ?? 0}
          tone={net ? "net" : "pca"}
        />
      ) : (
        <p className={view.words} role="status">
          Rebuilding the training images, to compare its error with theirs:{" "}
          {Math.round(100 * (share ?? 0))}%
        </p>
      )}
      <OneImage
        original={pixels}
        net={net}
        pca={pca}
        image={0}
        protocol="ssimWriteup"
        width={width}
      />
    </div>
  );
}
