import { useMemo } from "react";
import { useStore } from "zustand";
import { createMorph, FRAMES, type Morph } from "../../../../state/space/morph";
import controls from "../../../kit/Controls.module.css";
import { useItem } from "../../../kit/hooks";
import { LoopIcon, PauseIcon, PlayIcon } from "../../../kit/icons";
import { EndPicker } from "../EndPicker";
import { Garment } from "../Garment";
import { useFilled, Waiting } from "../Near";
import { Part, Section } from "../Section";
import { useOnceCoded } from "../space";
import { ArithmeticPanel } from "./ArithmeticPanel";
import classes from "./MorphSection.module.css";
import { useBounce } from "./useBounce";

/** From one garment to another, by two straight ways; and sums of codes. */
export function MorphSection() {
  const item = useItem();
  const morph = useOnceCoded(createMorph);
  return (
    <Section
      title={`What lies between two ${item.many}?`}
      word="Morph"
      testId="morph"
      words={
        <>
          Both strips go straight from one {item.one} to the other. A straight line through the
          pixels is a cross-fade: half-way it shows both {item.many} at once, each at half its
          strength, because pixels know nothing of {item.many}. A straight line through the codes is
          decoded at every step, and the decoder, which is no straight line itself, may draw
          something else: the less the two strips differ, the nearer the net is to PCA.
        </>
      }
    >
      {morph ? (
        <Ways morph={morph} />
      ) : (
        <Waiting wide={441} narrow={579}>
          The strips come with the codes.
        </Waiting>
      )}
      <ArithmeticPanel />
    </Section>
  );
}

const LANES = [
  { strip: "latent", title: "through the codes" },
  { strip: "pixel", title: "through the pixels" },
] as const;

/** Every fourth frame of the film. */
const STOPS = Array.from({ length: 9 }, (_, i) => (i * (FRAMES - 1)) / 8);

function Ways({ morph }: { morph: Morph }) {
  const from = useStore(morph.store, (state) => state.from);
  const to = useStore(morph.store, (state) => state.to);
  const latent = useStore(morph.store, (state) => state.latent);
  const pixel = useStore(morph.store, (state) => state.pixel);
  const film = useBounce(FRAMES);
  useFilled(latent !== null && pixel !== null);
  const strips = { latent, pixel };
  const apart = useMemo(
    () => latent && pixel && gap(latent.pixels, pixel.pixels, FRAMES >> 1),
    [latent, pixel],
  );
  return (
    <Part title="Two straight ways" name="morph">
      <div className={controls.row}>
        <EndPicker title="From" end={from} means onChange={(end) => morph.set({ from: end })} />
        <EndPicker title="To" end={to} means onChange={(end) => morph.set({ to: end })} />
      </div>
      <div className={classes.stage}>
        <div className={classes.film} data-testid="morph-film">
          {LANES.map(({ strip, title }) => (
            <figure key={strip}>
              <Garment
                strip={strips[strip]}
                place={film.frame}
                size="100%"
                label={`${Math.round((100 * film.frame) / (FRAMES - 1))}% of the way ${title}`}
              />
              <figcaption>{title}</figcaption>
            </figure>
          ))}
          <div className={classes.transport} data-screen-only="">
            <button type="button" className={controls.quiet} onClick={film.toggle}>
              {film.playing ? <PauseIcon size={15} /> : <PlayIcon size={15} />}
              {film.playing ? "Hold" : "Play"}
            </button>
            <input
              type="range"
              aria-label="How far on the way"
              min={0}
              max={FRAMES - 1}
              step={1}
              value={film.frame}
              aria-valuetext={`${Math.round((100 * film.frame) / (FRAMES - 1))}%`}
              onChange={({ currentTarget }) => film.show(Number(currentTarget.value))}
            />
            <button
              type="button"
              className={controls.quiet}
              aria-pressed={film.loop}
              onClick={() => film.setLoop(!film.loop)}
            >
              <LoopIcon size={15} />
              Loop
            </button>
          </div>
        </div>
        <div className={classes.strips}>
          {LANES.map(({ strip, title }) => (
            <figure key={strip} data-testid={`morph-${strip}`}>
              <figcaption>Straight {title}</figcaption>
              <div className={classes.strip}>
                {STOPS.map((frame) => (
                  <Garment key={frame} strip={strips[strip]} place={frame} size="100%" />
                ))}
              </div>
            </figure>
          ))}
          {/* From the start: as it came, it moved the sums below by its four lines on a phone. */}
          <p className={controls.note}>
            Half-way the two differ by an MSE of{" "}
            <b data-figures data-testid="morph-gap">
              {apart === null ? "…" : (1000 * apart).toFixed(2)} × 10⁻³
            </b>
            . A linear decoder, PCA’s for one, would draw the same picture both ways: what differs
            is what this net adds to it.
          </p>
        </div>
      </div>
    </Part>
  );
}

/** Mean squared difference of two strips' pictures at one place, of pixels in [0, 1]. */
function gap(a: Uint8Array, b: Uint8Array, place: number): number {
  const length = a.length / FRAMES;
  let sum = 0;
  for (let i = place * length; i < (place + 1) * length; i++) sum += ((a[i]! - b[i]!) / 255) ** 2;
  return sum / length;
}
