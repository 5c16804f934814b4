import { SegmentedControl } from "@mantine/core";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { RECIPES } from "../../core/recipes";
import { createTruth, type Subject, type Truth } from "../../state/truth";
import { numbers } from "../common/format";
import { useLab } from "../common/hooks";
import { SyntheticTag } from "../dataset/SourceTag";
import { DrawPanel } from "../draw/DrawPanel";
import { BLANK, type Drawing } from "../draw/drawing";
import { SEGMENTS } from "./controls";
import classes from "./ImagesView.module.css";
import { PCA_ALONE } from "./subjects";
import { TruthPanel } from "./TruthPanel";
import { type ChosenSubject, useSubject } from "./useSubject";

type Part = "every" | "own";

/** What a net makes of every test image, and of pictures that somebody brings along. */
export default function ImagesView() {
  const chosen = useSubject();
  const truth = useTruth(chosen.subject);
  const [part, setPart] = useState<Part>("every");
  const [drawing, setDrawing] = useState<Drawing>(BLANK);
  return (
    <div className={classes.view} data-testid="images-view">
      <header className={classes.header}>
        <h2>{part === "every" ? "The truth about every test image" : "Bring your own garment"}</h2>
        <Chooser {...chosen} />
        {truth && <Synthetic truth={truth} />}
        <SegmentedControl
          {...SEGMENTS}
          aria-label="Images"
          data={[
            { value: "every", label: "Every test image" },
            { value: "own", label: "Bring your own" },
          ]}
          value={part}
          onChange={(value) => setPart(value as Part)}
        />
      </header>
      {truth && <Trouble truth={truth} />}
      {truth && part === "every" && <TruthPanel truth={truth} title={titleOf(chosen.subject)} />}
      {truth && part === "own" && <DrawPanel truth={truth} drawing={drawing} onDraw={setDrawing} />}
    </div>
  );
}

/** "Loom, 64 numbers" */
function titleOf({ config, weights }: Subject): string {
  const { preset, latentSize } = config;
  return `${weights ? RECIPES[preset].title : "PCA"}, ${numbers(latentSize)}`;
}

/** One at a time: the net of the one before is closed. */
function useTruth(subject: Subject): Truth | null {
  const lab = useLab();
  const [truth, setTruth] = useState<Truth | null>(null);
  useEffect(() => {
    const made = createTruth(lab, subject);
    setTruth(made);
    return () => {
      setTruth(null);
      made.dispose();
    };
  }, [lab, subject]);
  return truth;
}

function Chooser({ choices, chosen, epoch, newer, subject, choose, renew }: ChosenSubject) {
  return (
    <div className={classes.subject}>
      <label>
        of{" "}
        <select
          className={classes.select}
          aria-label="Net"
          value={chosen}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          {choices.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
          <option value={PCA_ALONE}>PCA alone, no net</option>
        </select>
      </label>
      <span>
        {numbers(subject.config.latentSize)}
        {epoch === null ? "" : `, weights of epoch ${epoch}`}
      </span>
      {newer !== null && (
        <button type="button" className={classes.small} onClick={renew}>
          Take those of epoch {newer}
        </button>
      )}
    </div>
  );
}

function Synthetic({ truth }: { truth: Truth }) {
  const images = useStore(truth.store, (state) => state.images);
  return images?.source === "synthetic" ? <SyntheticTag note={images.sourceNote} /> : null;
}

function Trouble({ truth }: { truth: Truth }) {
  const failure = useStore(truth.store, (state) => state.failure);
  if (!failure) return null;
  return (
    <p className={classes.failure} role="alert">
      <strong>{failure.message}</strong> {failure.remedy}
    </p>
  );
}
