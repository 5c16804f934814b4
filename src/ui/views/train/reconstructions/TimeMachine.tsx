import { UnstyledButton } from "@mantine/core";
import { type CSSProperties, memo } from "react";
import { type Frame, frameName, type Hold } from "../../../../state/frames";
import { whole } from "../../../kit/format";
import { useApp, useAppState } from "../../../kit/hooks";
import { LoopIcon, PauseIcon, PlayIcon } from "../../../kit/icons";
import slider from "../../../kit/Slider.module.css";
import { SPEEDS, type Speed } from "../../../pictures/film";
import classes from "./TimeMachine.module.css";
import { useFilm } from "./useFilm";
import { useFrames, useStepsPerEpoch } from "./useFrames";

const HOLDS: readonly { place: Hold; name: string }[] = [
  { place: "a", name: "A" },
  { place: "b", name: "B" },
];

/** Moves all pictures, the figures under them and the charts' cursor through the run. */
export const TimeMachine = memo(function TimeMachine() {
  const app = useApp();
  const film = useFilm();
  const frames = useFrames((store) => store.all());
  const shown = useFrames((store) => store.shown());
  const live = useAppState((state) => state.cursor === null);
  const stepsPerEpoch = useStepsPerEpoch();
  const empty = frames.length === 0;
  const last = Math.max(1, frames.length - 1);
  const place = shown ? Math.max(0, frames.indexOf(shown)) : 0;
  const share = (at: number) => `${(100 * at) / last}%`;
  const words = shown ? momentOf(shown, stepsPerEpoch) : "each moment of a run is kept here";

  const seek = (at: number) => {
    film.stop();
    const frame = frames[at];
    if (!frame) return;
    // What is rendered lags behind the run, so its right end may be an older moment than the newest.
    // The newest is not at that end where best weights were put back.
    const newest = app.frames.newest()?.step ?? 0;
    const isEnd = at === frames.length - 1;
    const follows = frame.step === newest || (isEnd && frame.step < newest);
    app.setCursor(follows ? null : frame.step);
  };

  return (
    <fieldset className={classes.machine} aria-label="Time machine" data-screen-only="">
      <UnstyledButton
        className={classes.button}
        aria-label={film.playing ? "Pause the film" : "Play the run as a film"}
        disabled={frames.length < 2}
        onClick={film.toggle}
      >
        {film.playing ? <PauseIcon /> : <PlayIcon />}
      </UnstyledButton>
      <div className={classes.track}>
        <input
          className={slider.slider}
          type="range"
          aria-label="Moment of the run"
          aria-valuetext={words}
          min={0}
          max={last}
          step={1}
          value={place}
          disabled={empty}
          style={{ "--filled": share(place) } as CSSProperties}
          onChange={(event) => seek(Number(event.currentTarget.value))}
        />
        <HeldMarks frames={frames} share={share} />
      </div>
      <output className={classes.when} data-testid="frame">
        {words}
      </output>
      <div className={classes.buttons}>
        <UnstyledButton
          className={classes.button}
          aria-pressed={live}
          disabled={empty}
          title="Follow the run"
          onClick={() => {
            film.stop();
            app.setCursor(null);
          }}
        >
          Live
        </UnstyledButton>
        <select
          className={classes.speed}
          aria-label="Speed of the film"
          value={film.speed}
          onChange={(event) => film.setSpeed(Number(event.currentTarget.value) as Speed)}
        >
          {SPEEDS.map((speed) => (
            <option key={speed} value={speed}>
              {speed}×
            </option>
          ))}
        </select>
        <UnstyledButton
          className={classes.button}
          aria-label="Play again and again"
          aria-pressed={film.loop}
          onClick={() => film.setLoop(!film.loop)}
        >
          <LoopIcon />
        </UnstyledButton>
        {HOLDS.map(({ place: hold, name }) => (
          <HoldButton key={hold} hold={hold} name={name} shown={shown} />
        ))}
      </div>
    </fieldset>
  );
});

/** "after epoch 3, step 264" */
function momentOf(frame: Frame, stepsPerEpoch: number): string {
  const name = frameName(frame, stepsPerEpoch);
  if (frame.step === 0) return "before the first step";
  return name.startsWith("epoch")
    ? `after ${name}, step ${whole(frame.step)}`
    : `after ${name} of epoch ${frame.epoch}`;
}

interface HoldButtonProps {
  readonly hold: Hold;
  readonly name: string;
  readonly shown: Frame | null;
}

/** Keeps the moment shown in sight, or lets it go. */
function HoldButton({ hold, name, shown }: HoldButtonProps) {
  const { frames } = useApp();
  const held = useFrames((store) => store.held(hold));
  const stepsPerEpoch = useStepsPerEpoch();
  const label = held ? `${name}, ${frameName(held, stepsPerEpoch)}: let go` : `Hold ${name}`;
  return (
    <UnstyledButton
      className={classes.button}
      aria-label={label}
      title={held ? label : "Keep the pictures of this moment beside the others"}
      aria-pressed={held !== null}
      disabled={!held && !shown}
      onClick={() => frames.hold(hold, held ? null : shown)}
    >
      {held ? name : `Hold ${name}`}
    </UnstyledButton>
  );
}

/** Where on the track the held moments are. */
function HeldMarks(props: { frames: readonly Frame[]; share: (at: number) => string }) {
  const held = {
    a: useFrames((store) => store.held("a")),
    b: useFrames((store) => store.held("b")),
  };
  return (
    <div className={classes.marks} aria-hidden="true">
      {HOLDS.map(({ place: hold, name }) => {
        const frame = held[hold];
        const at = frame ? props.frames.findIndex(({ step }) => step === frame.step) : -1;
        return at < 0 ? null : (
          <span key={name} style={{ left: props.share(at) }}>
            {name}
          </span>
        );
      })}
    </div>
  );
}
