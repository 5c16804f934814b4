import { useReducedMotion } from "@mantine/hooks";
import { type PointerEvent, useEffect, useState } from "react";
import type { ImageShape } from "../../math/image-set";
import { Segments } from "../kit/Segments";
import { useDrag } from "../kit/useDrag";
import classes from "./Compare.module.css";
import { imageRaster } from "./draw";
import { PixelCanvas } from "./PixelCanvas";

export interface Picture {
  readonly name: string;
  /** Of the shape that both have. */
  readonly bytes: Uint8Array;
}

interface Props {
  readonly left: Picture;
  readonly right: Picture;
  readonly shape: ImageShape;
  /** CSS pixels for one of an image. */
  readonly scale: number;
}

const WAYS = [
  { value: "swipe", label: "Swipe" },
  { value: "blend", label: "Blend" },
  { value: "flicker", label: "Flicker" },
];
/** Milliseconds that each picture stays: 1.4 changes a second, far below what harms anybody. */
const FLICKER = 700;

/** Two pictures in one place: wiped over each other, blended, or taking turns. */
export function Compare({ left, right, shape, scale }: Props) {
  const [way, setWay] = useState("swipe");
  const [share, setShare] = useState(0.5);
  const [second, setSecond] = useState(false);
  const calm = useReducedMotion();
  const size = { width: shape.width * scale, height: shape.height * scale };
  const flickers = way === "flicker" && !calm;

  useEffect(() => {
    if (!flickers) return;
    const timer = setInterval(() => setSecond((was) => !was), FLICKER);
    return () => clearInterval(timer);
  }, [flickers]);

  const follow = (event: PointerEvent) => {
    if (way === "flicker") return;
    const box = event.currentTarget.getBoundingClientRect();
    setShare(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
  };
  const drag = useDrag({ onStart: follow, onMove: follow });
  const over =
    way === "swipe"
      ? { clipPath: `inset(0 0 0 ${100 * share}%)` }
      : { opacity: way === "blend" ? share : second ? 1 : 0 };

  return (
    <div className={classes.compare}>
      <Segments aria-label="Way to compare" data={WAYS} value={way} onChange={setWay} />
      <div className={classes.stage} data-way={way} style={size} {...drag}>
        <PixelCanvas raster={imageRaster(left.bytes, shape)} scale={scale} label={left.name} />
        <div className={classes.over} style={over} data-testid="over">
          <PixelCanvas raster={imageRaster(right.bytes, shape)} scale={scale} label={right.name} />
        </div>
        {way === "swipe" && <div className={classes.edge} style={{ left: `${100 * share}%` }} />}
      </div>
      <div className={classes.names}>
        <span>{left.name}</span>
        {way === "flicker" ? (
          <button type="button" className={classes.turn} onClick={() => setSecond(!second)}>
            Show {second ? left.name : right.name}
          </button>
        ) : (
          <input
            type="range"
            aria-label={
              way === "swipe" ? "Edge between the pictures" : "Share of the second picture"
            }
            min={0}
            max={1}
            step={0.01}
            value={share}
            onChange={(event) => setShare(Number(event.currentTarget.value))}
          />
        )}
        <span>{right.name}</span>
      </div>
    </div>
  );
}
