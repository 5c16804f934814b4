import type { CSSProperties } from "react";
import { sizeOf } from "../../../math/image-set";
import { SHIPPED } from "../../../state/current-net";
import { compression } from "../../../state/lab/sizes";
import controls from "../../kit/Controls.module.css";
import { rate } from "../../kit/format";
import { useApp, useAppState } from "../../kit/hooks";
import { PauseIcon, PlayIcon } from "../../kit/icons";
import slider from "../../kit/Slider.module.css";
import { marksOf, sizeAfterKey, toPosition, toSize } from "../../kit/sizeScale";
import { useLab, useLabSpec, useLabState } from "./lab";
import classes from "./SizeSlider.module.css";
import { useOpening, usePlay } from "./usePlay";

/** A latent size to begin with: few enough that something is lost, enough to know the garment. */
export const FIRST_SIZE = 16;

const bytes = (size: number): string => (size === 1 ? "1 byte" : `${size} bytes`);

/** How many numbers are kept: the slider that everything in the lab follows. */
export function SizeSlider() {
  const lab = useLab();
  const spec = useLabSpec();
  const kept = useLabState((state) => state.kept);
  const net = useLabState((state) => state.net);
  const largest = net?.config.latentSize ?? 256;
  const [playing, toggle] = usePlay(lab, largest);
  const isFixed = net !== null && !net.nested;
  const isShown = useLabState((state) => state.netLane !== null);
  useOpening(lab, isShown && !isFixed, FIRST_SIZE);
  const end = toPosition(largest);
  const position = toPosition(kept);
  // A net of one number has both ends in one place.
  const share = (at: number) => `${end > 0 ? (at / end) * 100 : 0}%`;

  return (
    <section className={classes.row} aria-label="Latent size">
      <p className={classes.size} aria-hidden="true" data-figures>
        <b data-testid="kept">{kept}</b>
        {kept === 1 ? "number" : "numbers"}
      </p>
      <div className={classes.slider}>
        <input
          className={slider.slider}
          type="range"
          aria-label="Latent size"
          min={0}
          max={end}
          step="any"
          value={position}
          disabled={isFixed}
          aria-valuetext={`${kept === 1 ? "1 number" : `${kept} numbers`}, ${rate(compression(kept, spec))} times smaller`}
          style={{ "--filled": share(position) } as CSSProperties}
          onChange={(event) => lab.setKept(toSize(Number(event.currentTarget.value), largest))}
          onKeyDown={(event) => {
            const size = sizeAfterKey(event.key, kept, largest);
            if (size === null) return;
            event.preventDefault();
            lab.setKept(size);
          }}
        />
        <div className={classes.marks} aria-hidden="true">
          {marksOf(largest).map((mark) => (
            <span key={mark} style={{ left: share(toPosition(mark)) }}>
              {mark}
            </span>
          ))}
        </div>
      </div>
      <p className={classes.facts} data-figures>
        {isFixed ? (
          <OneSize />
        ) : (
          <>
            <b data-testid="ratio">{rate(compression(kept, spec))}×</b> smaller: {bytes(kept)} of{" "}
            {sizeOf(spec)}
          </>
        )}
      </p>
      <button type="button" className={controls.go} onClick={toggle} disabled={isFixed || !net}>
        {playing ? <PauseIcon size={16} /> : <PlayIcon size={16} />}
        {playing ? "Hold" : "Play"}
      </button>
    </section>
  );
}

/** Why the slider stands still, and the net that it moves. */
function OneSize() {
  const app = useApp();
  const isShipped = useAppState(({ currentNet }) => currentNet === SHIPPED);
  return (
    <>
      This net has one size.{" "}
      {!isShipped && (
        <button type="button" className={classes.nested} onClick={() => app.lookAt(SHIPPED)}>
          Slide the net that comes with the page
        </button>
      )}
    </>
  );
}
