import {
  type Dispatch,
  type SetStateAction,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import { OWN_DATA_LIMITS } from "../../../../datasets/proposal";

import controls from "../../../kit/Controls.module.css";
import dialogs from "../../../kit/Dialog.module.css";
import { useApp } from "../../../kit/hooks";
import { PlusIcon } from "../../../kit/icons";
import dialog from "../BringDialog.module.css";
import { BringError } from "../BringError";
import classes from "./CameraPanel.module.css";
import { ClassRow } from "./ClassRow";
import {
  pictureFiles,
  type Recorded,
  recordedImages,
  recordingProblem,
  renamed,
  withClass,
  withoutClass,
  withoutLast,
  withPicture,
} from "./recorded";
import { useCamera } from "./useCamera";

interface Props {
  readonly recorded: Recorded;
  /** Why pictures that were handed on were not taken. */
  readonly error: string | null;
  readonly onChange: Dispatch<SetStateAction<Recorded>>;
  readonly onBack: () => void;
}

/** Milliseconds between two pictures while a button is held down: twelve a second. */
const EVERY = 80;

/** Pictures of several classes, taken as long as a class's button is held down. */
export function CameraPanel({ recorded, error, onChange, onBack }: Props) {
  const { ownData } = useApp();
  const video = useRef<HTMLVideoElement>(null);
  const camera = useCamera(video);
  const { recording, press, release } = useRecording(camera.take, onChange);
  const problem = recordingProblem(recorded);
  const taken = recordedImages(recorded);
  const isOn = camera.state === "on";

  return (
    <div className={classes.panel} data-testid="camera" data-state={camera.state}>
      {error && <BringError message={error} />}
      {camera.trouble && <BringError message={camera.trouble} />}
      <div className={classes.sides}>
        <div className={classes.seen}>
          <div className={classes.frame}>
            <video
              ref={video}
              data-mirrored={camera.isMirrored || undefined}
              data-on={isOn || undefined}
              aria-label="What the camera sees"
              muted
              playsInline
            />
            {!isOn && (
              <button
                type="button"
                className={controls.go}
                disabled={camera.state === "starting"}
                onClick={() => camera.start()}
              >
                {camera.state === "starting" ? "Starting …" : "Start the camera"}
              </button>
            )}
          </div>
          <div className={classes.tools}>
            {camera.cameras.length > 1 && (
              <select
                className={controls.select}
                aria-label="Camera"
                value={camera.chosen ?? ""}
                onChange={(event) => camera.start(event.currentTarget.value)}
              >
                {camera.cameras.map(({ id, label }) => (
                  <option key={id} value={id}>
                    {label}
                  </option>
                ))}
              </select>
            )}
            {isOn && (
              <button type="button" className={controls.quiet} onClick={camera.stop}>
                Turn it off
              </button>
            )}
          </div>
          <p className={dialog.small}>
            The pictures stay on this machine: the square in the middle is taken, twelve times a
            second while you hold a button down.
          </p>
        </div>
        <div className={classes.rows}>
          {recorded.classes.map((each) => (
            <ClassRow
              key={each.id}
              of={each}
              isReady={isOn}
              isRecording={recording === each.id}
              isOnly={recorded.classes.length === 1}
              onPress={() => press(each.id)}
              onRelease={release}
              onRename={(name) => onChange((now) => renamed(now, each.id, name))}
              onDelete={() => onChange((now) => withoutClass(now, each.id))}
              onDeleteLast={() => onChange((now) => withoutLast(now, each.id))}
            />
          ))}
          {recorded.classes.length < OWN_DATA_LIMITS.classes.max && (
            <button
              type="button"
              className={`${controls.quiet} ${classes.add}`}
              onClick={() => onChange(withClass)}
            >
              <PlusIcon size={15} /> Add a class
            </button>
          )}
        </div>
      </div>
      <div className={`${dialogs.foot} ${classes.foot}`}>
        <p role="status" data-testid="camera-count">
          {problem ?? `${taken} pictures.`}
        </p>
        <button type="button" className={controls.quiet} onClick={onBack}>
          Back
        </button>
        <button
          type="button"
          className={controls.go}
          disabled={problem !== null}
          onClick={() => ownData.bring({ files: pictureFiles(recorded) }, "the camera", true)}
        >
          Look at them
        </button>
      </div>
    </div>
  );
}

/** Takes pictures of a class from a press to its release. */
function useRecording(
  take: () => Promise<Blob | null>,
  onChange: Dispatch<SetStateAction<Recorded>>,
) {
  const [recording, setRecording] = useState<number | null>(null);
  const presses = useRef(0);
  /** Which press has not been released; 0 for none. */
  const held = useRef(0);
  const taking = useRef(take);
  taking.current = take;

  const press = async (id: number) => {
    presses.current += 1;
    const own = presses.current;
    held.current = own;
    setRecording(id);
    // The first of a press counts, however short it was.
    do {
      const next = performance.now() + EVERY;
      const blob = await taking.current();
      if (blob) onChange((now) => withPicture(now, id, blob, own));
      await new Promise((resolve) => setTimeout(resolve, next - performance.now()));
    } while (held.current === own);
  };
  const release = useCallback(() => {
    held.current = 0;
    setRecording(null);
  }, []);

  // Whoever turns to another window holds no button any more.
  useEffect(() => {
    window.addEventListener("blur", release);
    return () => {
      window.removeEventListener("blur", release);
      held.current = 0;
    };
  }, [release]);

  return { recording, press: (id: number) => void press(id), release };
}
