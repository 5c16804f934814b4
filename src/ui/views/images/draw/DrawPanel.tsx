import { useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { FASHION_MNIST } from "../../../../datasets/fashion-mnist";
import { sameShape } from "../../../../math/image-set";
import type { Pair, Truth } from "../../../../state/truth";
import { useSize } from "../../../kit/hooks";
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
  readonly truth: Truth;
  readonly drawing: Drawing;
  /** Called with what becomes of the newest drawing. */
  readonly onDraw: (change: (drawing: Drawing) => Drawing) => void;
}

const FIRST_TOOLS: ToolSettings = { eraser: false, radius: 1.5, grey: 220, mirrored: true };

/** A garment drawn or brought as a picture, and what net and PCA make of it. */
export function DrawPanel({ truth, drawing, onDraw }: Props) {
  const [tools, setTools] = useState(FIRST_TOOLS);
  const [isOver, setIsOver] = useState(false);
  const picture = usePicture((pixels) =>
    onDraw((now) => (sameShape(now.shape, FASHION_MNIST) ? replace(now, pixels) : now)),
  );
  const own = useOwn(truth, drawing);
  const blank = isBlank(drawing);
  // Pictures are put into Fashion-MNIST's form, and the garments drawn by code have it.
  const isGarment = sameShape(drawing.shape, FASHION_MNIST);

  return (
    <section
      className={classes.panel}
      aria-label="Bring your own garment"
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
          Draw a garment, light on black.
          {isGarment && (
            <>
              {" "}
              Or drop a picture on the page, paste one, or{" "}
              <label className={classes.file}>
                choose a file
                <input type="file" accept="image/*" onChange={picture.choose} />
              </label>
              .
            </>
          )}
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
          <Result truth={truth} {...own} />
        ) : (
          <p className={view.words} role="status">
            {blank
              ? "What comes back of your garment appears here: rebuilt by the net and by PCA, where they err, and whether it is familiar or strange to them."
              : "Rebuilding your garment…"}
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
function useOwn(truth: Truth, drawing: Drawing): Own | null {
  const [own, setOwn] = useState<(Own & { readonly truth: Truth }) | null>(null);
  const { pixels } = drawing;
  const blank = isBlank(drawing);
  useEffect(() => {
    if (blank) return;
    let isOver = false;
    truth.rebuild(pixels).then(
      (pair) => {
        if (pair && !isOver) setOwn({ truth, pixels, pair });
      },
      // The view says why there is no net.
      () => {},
    );
    return () => {
      isOver = true;
    };
  }, [truth, pixels, blank]);
  return !blank && own?.truth === truth ? own : null;
}

function Result({ truth, pixels, pair }: Pick<Props, "truth"> & Own) {
  const room = useRef<HTMLDivElement>(null);
  const { width } = useSize(room);
  const training = useStore(truth.store, (state) => state.training);
  const share = useStore(truth.store, (state) => state.trainingShare);
  useEffect(() => truth.measureTraining(), [truth]);
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
