import { type KeyboardEvent, type PointerEvent, useEffect, useState } from "react";
import controls from "../../../kit/Controls.module.css";
import { CloseIcon } from "../../../kit/icons";
import names from "../../../kit/NameField.module.css";
import classes from "./CameraPanel.module.css";
import { lastPictures, type Picture, type RecordedClass } from "./recorded";

interface Props {
  readonly of: RecordedClass;
  /** The camera shows something. */
  readonly isReady: boolean;
  readonly isRecording: boolean;
  /** The last class cannot be deleted. */
  readonly isOnly: boolean;
  readonly onPress: () => void;
  readonly onRelease: () => void;
  readonly onRename: (name: string) => void;
  readonly onDelete: () => void;
  readonly onDeleteLast: () => void;
}

/** The newest pictures of a class that are shown beside its button. */
const SHOWN = 6;

/** One class: its name, the button that is held down, and what was taken. */
export function ClassRow(props: Props) {
  const { of, isReady, isRecording, isOnly } = props;
  const { onPress, onRelease, onRename, onDelete, onDeleteLast } = props;
  const { name, pictures } = of;
  const last = lastPictures(of);
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || !isReady) return;
    // The finger may slide off the button: it still holds.
    event.currentTarget.setPointerCapture(event.pointerId);
    onPress();
  };
  const isHeldBy = ({ key }: KeyboardEvent) => key === " " || key === "Enter";
  return (
    <section className={classes.row} aria-label={name || "A class without a name"}>
      <div className={classes.head}>
        <input
          className={`${names.field} ${classes.name}`}
          aria-label="Name of the class"
          value={name}
          maxLength={60}
          spellCheck={false}
          onChange={(event) => onRename(event.currentTarget.value)}
          onFocus={(event) => event.currentTarget.select()}
        />
        <output className={classes.count} data-figures>
          {pictures.length === 1 ? "1 picture" : `${pictures.length} pictures`}
        </output>
        {!isOnly && (
          <button
            type="button"
            className={classes.delete}
            aria-label={`Delete the class ${name}`}
            title="Delete the class"
            onClick={onDelete}
          >
            <CloseIcon size={15} />
          </button>
        )}
      </div>
      <div className={classes.taking}>
        <button
          type="button"
          className={classes.hold}
          aria-label={`Hold to take pictures of ${name}`}
          aria-pressed={isRecording}
          disabled={!isReady}
          onPointerDown={onPointerDown}
          onPointerUp={onRelease}
          onPointerCancel={onRelease}
          onLostPointerCapture={onRelease}
          onContextMenu={(event) => event.preventDefault()}
          onKeyDown={(event) => {
            if (!isHeldBy(event)) return;
            event.preventDefault();
            if (!event.repeat) onPress();
          }}
          onKeyUp={(event) => {
            if (isHeldBy(event)) onRelease();
          }}
          onBlur={onRelease}
        >
          Hold to take
        </button>
        <span className={classes.newest} aria-hidden="true">
          {pictures.slice(-SHOWN).map((picture) => (
            <Thumbnail key={picture.id} picture={picture} />
          ))}
        </span>
      </div>
      {last > 0 && (
        <button
          type="button"
          className={`${controls.quiet} ${classes.back}`}
          disabled={isRecording}
          onClick={onDeleteLast}
        >
          Delete the last {last === 1 ? "picture" : last}
        </button>
      )}
    </section>
  );
}

function Thumbnail({ picture: { blob } }: { readonly picture: Picture }) {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return address && <img src={address} alt="" width={36} height={36} />;
}
