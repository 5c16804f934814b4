import { Popover, VisuallyHidden } from "@mantine/core";
import { useEffect, useState } from "react";
import type { ImageStrip } from "../../../protocol/messages";
import { inTurn } from "../../../state/images";
import { codeOf, type End, labelsOf, nameOf, sameEnd } from "../../../state/space/ends";
import controls from "../../kit/Controls.module.css";
import { useItem } from "../../kit/hooks";
import classes from "./EndPicker.module.css";
import { Garment } from "./Garment";
import { useSpace, useSpaceState } from "./space";

interface Props {
  /** What it is chosen for: "From". */
  readonly title: string;
  readonly end: End;
  readonly onChange: (end: End) => void;
  /** Whether means of classes may be chosen too. */
  readonly means?: boolean;
  /** Without a picture of its own, where one stands beside it. */
  readonly compact?: boolean;
}

/** Garments to choose from at once. */
const SHOWN = 24;

/** A button with a garment or a class's mean on it, and a tray of others. */
export function EndPicker({ title, end, onChange, means = false, compact = false }: Props) {
  const [opened, setOpened] = useState(false);
  const images = useSpaceState((state) => state.images);
  const labels = images ? labelsOf({ images, codes: null }) : [];
  const meanStrip = useMeans(means);
  const choose = (chosen: End) => {
    setOpened(false);
    onChange(chosen);
  };
  const [strip, place] =
    end.kind === "garment" ? [images, end.place] : [meanStrip, labels.indexOf(end.label)];
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      withArrow={false}
      trapFocus
      returnFocus
      radius={6}
    >
      <Popover.Target>
        <button type="button" className={classes.button} onClick={() => setOpened(!opened)}>
          {!compact && <Garment strip={strip} place={place} size={56} />}
          <span>
            <small>{title}</small> <b>{images ? nameOf({ images, codes: null }, end) : "…"}</b>
          </span>
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.tray ?? ""} aria-label={`${title}: choose`}>
        {means && (
          <>
            <h4>Means of classes</h4>
            <div className={classes.choices}>
              {labels.map((label, row) => (
                <Choice
                  key={label}
                  strip={meanStrip}
                  place={row}
                  name={nameOf({ images, codes: null }, { kind: "mean", label })}
                  pressed={sameEnd(end, { kind: "mean", label })}
                  onClick={() => choose({ kind: "mean", label })}
                />
              ))}
            </div>
          </>
        )}
        <Garments end={end} onChoose={choose} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** Those picked on the map, and test images of all classes, a tray after the other. */
function Garments({ end, onChoose }: { end: End; onChoose: (end: End) => void }) {
  const item = useItem();
  const images = useSpaceState((state) => state.images);
  const picked = useSpaceState((state) => state.picked);
  const [tray, setTray] = useState(0);
  if (!images) return null;
  const places = inTurn(images.labels, (tray + 1) * SHOWN).slice(tray * SHOWN);
  const more = images.count > (tray + 1) * SHOWN;
  const choices = (of: readonly number[]) => (
    <div className={classes.choices}>
      {of.map((place) => (
        <Choice
          key={place}
          strip={images}
          place={place}
          name={nameOf({ images, codes: null }, { kind: "garment", place })}
          pressed={sameEnd(end, { kind: "garment", place })}
          onClick={() => onChoose({ kind: "garment", place })}
        />
      ))}
    </div>
  );
  return (
    <>
      {picked.length > 0 && (
        <>
          <h4>Picked on the map</h4>
          {choices(picked)}
        </>
      )}
      <h4>{item.Many}</h4>
      {choices(places)}
      <button type="button" className={controls.quiet} onClick={() => setTray(more ? tray + 1 : 0)}>
        Other {item.many}
      </button>
    </>
  );
}

interface ChoiceProps {
  readonly strip: ImageStrip | null;
  readonly place: number;
  readonly name: string;
  readonly pressed: boolean;
  readonly onClick: () => void;
}

function Choice({ strip, place, name, pressed, onClick }: ChoiceProps) {
  return (
    <button type="button" className={classes.choice} aria-pressed={pressed} onClick={onClick}>
      <Garment strip={strip} place={place} size={42} />
      <VisuallyHidden>{name}</VisuallyHidden>
    </button>
  );
}

/** What the decoder makes of each class's mean code, by ascending class. */
function useMeans(wanted: boolean): ImageStrip | null {
  const space = useSpace();
  const isCoded = useSpaceState(({ codes }) => codes !== null);
  const [strip, setStrip] = useState<ImageStrip | null>(null);
  useEffect(() => {
    const state = space.store.getState();
    const { net, codes } = state;
    if (!wanted || !isCoded || !net || !codes) return;
    let gone = false;
    const labels = labelsOf(state);
    const means = new Float32Array(labels.length * codes.size);
    for (const [row, label] of labels.entries()) {
      means.set(codeOf(state, { kind: "mean", label }) ?? [], row * codes.size);
    }
    space
      .ask("decode", { net: net.net, codes: means, kept: null })
      .then((made) => {
        if (!gone) setStrip(made);
      })
      .catch(space.report);
    return () => {
      gone = true;
    };
  }, [space, isCoded, wanted]);
  return strip;
}
