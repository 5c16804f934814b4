import { useStore } from "zustand";
import { createKnobs, type Knobs, type KnobsState } from "../../../../state/space/knobs";
import controls from "../../../kit/Controls.module.css";
import { whole } from "../../../kit/format";
import { useItem } from "../../../kit/hooks";
import { ResetIcon } from "../../../kit/icons";
import { EndPicker } from "../EndPicker";
import { Garment } from "../Garment";
import { useFilled, Waiting } from "../Near";
import { Part, Section } from "../Section";
import { useOnceCoded, useSpaceState } from "../space";
import { TaskProgress } from "../TaskProgress";
import { Knob } from "./Knob";
import classes from "./KnobsSection.module.css";

/** One slider for each number of a garment's code, those that matter most first. */
export function KnobsSection() {
  const item = useItem();
  const knobs = useOnceCoded(createKnobs);
  const size = useSpaceState((state) => state.net?.config.latentSize ?? null);
  return (
    <Section
      title="What does each number do?"
      word="Code"
      testId="knobs"
      words={
        <>
          {item.A} is {size === 1 ? "one number" : `${size ?? "a few"} numbers`}, and the decoder
          knows nothing else of it. Turn one and see what it stands for: the small pictures show the
          same {item.one} with that number from low to high, as low and high as it gets in real{" "}
          {item.many}, whose spread stands above the slider.
        </>
      }
    >
      {knobs ? (
        <Board knobs={knobs} />
      ) : (
        <Waiting wide={682} narrow={1968}>
          The knobs come with the codes.
        </Waiting>
      )}
    </Section>
  );
}

function Board({ knobs }: { knobs: Knobs }) {
  const item = useItem();
  const order = useStore(knobs.store, (state) => state.order);
  const shown = useStore(knobs.store, (state) => state.shown);
  const spread = useStore(knobs.store, (state) => state.spread);
  const left = order.length - shown;
  useFilled(spread !== null);
  return (
    <Part title={`${item.A}, number by number`} name="knobs">
      <Worth knobs={knobs} />
      <div className={classes.board}>
        <Turned knobs={knobs} />
        <div className={classes.right}>
          {spread && (
            <div className={classes.knobs}>
              {order.slice(0, shown).map((number) => (
                <Knob key={number} knobs={knobs} number={number} spread={spread} />
              ))}
            </div>
          )}
          {/* With the knobs, not before: they would push it down into sight. */}
          {spread && left > 0 && (
            <button
              type="button"
              className={controls.quiet}
              data-screen-only=""
              onClick={() => knobs.showMore()}
            >
              Show {Math.min(left, 12)} more of {left}
            </button>
          )}
        </div>
      </div>
    </Part>
  );
}

/** What the order means, and how many numbers say nothing at all. */
function Worth({ knobs }: { knobs: Knobs }) {
  const item = useItem();
  const ablation = useStore(knobs.store, (state) => state.ablation);
  const ablated = useStore(knobs.store, (state) => state.ablated);
  const share = useStore(knobs.store, (state) => state.share);
  const spread = useStore(knobs.store, (state) => state.spread);
  if (!spread) return <div className={classes.worth} />;
  return (
    <div className={classes.worth}>
      <p className={controls.note} data-testid="dead">
        {deadWords(spread.dead, spread.count, item.one)}
      </p>
      {share !== null && (
        <TaskProgress
          words="Measuring what each number is worth"
          share={share}
          onStop={() => knobs.stop()}
        />
      )}
      {/* Of numbers that are all dead there is no order. */}
      {ablation && spread.dead.includes(0) && (
        <p className={controls.note}>
          In the order of what each is worth: how much of the mean SSIM ({ablation.ssim.toFixed(3)},
          Wang’s) of {ablated} test images is lost when the number is set to its mean in all of
          them.
        </p>
      )}
      {!ablation && share === null && (
        <p className={controls.row}>
          <span className={controls.note}>In the code’s own order.</span>
          <button
            type="button"
            className={controls.quiet}
            data-screen-only=""
            onClick={() => knobs.measure()}
          >
            Measure what each is worth
          </button>
        </p>
      )}
    </div>
  );
}

function deadWords(dead: Uint8Array, count: number, one: string) {
  const found = dead.reduce((sum, each) => sum + each, 0);
  const all = dead.length;
  if (found === 0) {
    return all === 1
      ? `The number is alive: it varies from ${one} to ${one}.`
      : `${all === 2 ? "Both" : `All ${all}`} numbers are alive: each varies from ${one} to ${one}.`;
  }
  return (
    <>
      <b>
        {all === 1 ? "The number" : `${found} of ${all} numbers`} {found === 1 ? "is" : "are"} dead:
      </b>{" "}
      the same in the codes of all {whole(count)} test images. A ReLU at the end of an encoder does
      that: what comes out negative for every {one} is 0 for every {one}. Dead numbers have no knob.
    </>
  );
}

const isTurned = ({ own, values }: KnobsState): boolean =>
  values.some((value, i) => value !== own[i]);

/** The garment, and what the decoder makes of the knobs. */
function Turned({ knobs }: { knobs: Knobs }) {
  const item = useItem();
  const images = useSpaceState((state) => state.images);
  const place = useStore(knobs.store, (state) => state.place);
  const picture = useStore(knobs.store, (state) => state.picture);
  const turned = useStore(knobs.store, isTurned);
  return (
    <aside className={classes.turned} aria-label={`The ${item.one} as the knobs stand`}>
      <EndPicker
        title="Begin with"
        end={{ kind: "garment", place }}
        onChange={(end) => end.kind === "garment" && knobs.choose(end.place)}
      />
      <div className={classes.pair}>
        <figure data-testid="knob-picture">
          <Garment
            strip={picture}
            place={0}
            size="100%"
            label="What the decoder makes of the knobs"
          />
          <figcaption>as the knobs stand</figcaption>
        </figure>
        <figure>
          <Garment strip={images} place={place} size="100%" />
          <figcaption>the {item.one}</figcaption>
        </figure>
      </div>
      <button
        type="button"
        className={controls.quiet}
        data-screen-only=""
        disabled={!turned}
        onClick={() => knobs.reset(null)}
      >
        <ResetIcon size={14} />
        Put all back
      </button>
    </aside>
  );
}
