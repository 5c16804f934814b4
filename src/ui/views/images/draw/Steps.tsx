import { useEffect, useRef } from "react";
import { FASHION_MNIST } from "../../../../datasets/fashion-mnist";
import type { GarmentSteps } from "../../../../datasets/picture/garment";
import type { GreyPicture } from "../../../../datasets/picture/grey";
import type { Box } from "../../../../datasets/picture/shape";
import { greyPixels } from "../../../pictures/draw";
import classes from "./Steps.module.css";

/** CSS pixels of the longer side. */
const SIZE = 84;

/** What became of the picture, from what was brought to what the net sees. */
export function Steps({ steps }: { steps: GarmentSteps }) {
  const whole: GreyPicture = {
    width: FASHION_MNIST.width,
    height: FASHION_MNIST.height,
    values: Float32Array.from(steps.image),
  };
  return (
    <ol className={classes.steps} aria-label="From the picture to the image" data-testid="steps">
      <Step picture={steps.grey} caption="in grey" box={steps.box} />
      {steps.ground === "own" ? (
        <Step
          picture={whole}
          caption={`an image like the data set’s, so ${steps.inverted ? "inverted alone" : "left as it is"}`}
        />
      ) : (
        <>
          <Step
            picture={steps.onBlack}
            caption={`${steps.ground} ground, so ${steps.inverted ? "inverted" : "left"}`}
          />
          <Step picture={steps.cropped} caption="cropped to the garment" />
          <Step picture={whole} caption="28 × 28, centred" />
        </>
      )}
    </ol>
  );
}

interface StepProps {
  readonly picture: GreyPicture;
  readonly caption: string;
  /** Marked in the picture. */
  readonly box?: Box;
}

function Step({ picture, caption, box }: StepProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, values } = picture;
  useEffect(() => {
    const bytes = Uint8Array.from(values, (value) => Math.round(value));
    const data = new ImageData(greyPixels(bytes), width, height);
    canvas.current?.getContext("2d")?.putImageData(data, 0, 0);
  }, [width, height, values]);
  const scale = SIZE / Math.max(width, height);
  return (
    <li>
      <div className={classes.picture} style={{ width: width * scale, height: height * scale }}>
        <canvas ref={canvas} width={width} height={height} data-small={width <= 56 || undefined} />
        {box && (
          <i
            style={{
              left: box.x * scale,
              top: box.y * scale,
              width: box.width * scale,
              height: box.height * scale,
            }}
          />
        )}
      </div>
      {caption}
    </li>
  );
}
