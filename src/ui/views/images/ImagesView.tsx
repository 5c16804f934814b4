import { SegmentedControl } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { sameShape } from "../../../math/image-set";
import type { NetConfig } from "../../../protocol/lab";
import { picturedConfig } from "../../../state/state";
import {
  createTruth,
  NO_TRUTH,
  type Subject,
  type Truth,
  type TruthState,
} from "../../../state/truth";
import { numbers } from "../../kit/format";
import { useApp, useAppState, useDataSpec, useLab } from "../../kit/hooks";
import classes from "../../kit/Panels.module.css";
import { Trouble } from "../../kit/parts/Trouble";
import { SyntheticTag } from "../../kit/SourceTag";
import { NetHeader } from "../../net/NetHeader";
import { NoNet } from "../../net/NoNet";
import { useLookedNet } from "../../net/useLookedNet";
import { SEGMENTS } from "../../pictures/controls";
import { DrawPanel } from "./draw/DrawPanel";
import { blank, type Drawing } from "./draw/drawing";
import { TruthPanel } from "./TruthPanel";

type Part = "every" | "own";
type By = "net" | "pca";

const NONE = createStore<TruthState>(() => NO_TRUTH);

/** What a net makes of every test image, and of pictures that somebody brings along. */
export default function ImagesView() {
  const looked = useLookedNet();
  const [by, setBy] = useState<By>("net");
  const pca = usePcaAlone();
  const truth = useTruth(by === "net" ? looked.net : pca);
  const store = truth?.store ?? NONE;
  const parameters = useStore(store, (state) => state.parameters);
  const images = useStore(store, (state) => state.images);
  const [part, setPart] = useState<Part>("every");
  const spec = useDataSpec();
  const shape = images?.shape ?? spec;
  const [sheet, setSheet] = useState<Drawing>(() => blank(shape));
  // Other images need another sheet.
  const drawing = sameShape(sheet.shape, shape) ? sheet : blank(shape);
  if (drawing !== sheet) setSheet(drawing);
  const { brought } = useApp();
  const isBrought = useStore(brought.state, ({ picture }) => picture !== null);
  const hasNoNet = by === "net" && !looked.net && looked.id !== null;
  useEffect(() => {
    if (!isBrought) return;
    setPart("own");
    // PCA is there in any case.
    if (hasNoNet) setBy("pca");
  }, [isBrought, hasNoNet]);
  return (
    <div className={classes.view} data-testid="images-view">
      <NetHeader
        title={part === "every" ? "The truth about every test image" : "Bring your own garment"}
        looked={looked}
        parameters={parameters}
      >
        {images?.spec.source === "synthetic" && <SyntheticTag note={images.sourceNote} />}
      </NetHeader>
      <div className={classes.choices}>
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
        <SegmentedControl
          {...SEGMENTS}
          aria-label="Rebuilt by"
          data={[
            { value: "net", label: "Net beside PCA" },
            { value: "pca", label: "PCA alone" },
          ]}
          value={by}
          onChange={(value) => setBy(value as By)}
        />
        {by === "pca" && (
          <span>{numbers(pca.pca.latentSize)}, on the garments of the settings</span>
        )}
      </div>
      {truth && <Failure truth={truth} />}
      {truth && part === "every" && <TruthPanel truth={truth} />}
      {truth && part === "own" && <DrawPanel truth={truth} drawing={drawing} onDraw={setSheet} />}
      {by === "net" && !looked.net && <NoNet looked={looked} />}
    </div>
  );
}

/** PCA with as many numbers as the form says, on the images that it names; the same object for the same. */
function usePcaAlone(): { readonly pca: NetConfig } {
  const key = useAppState((state) => {
    const { preset, latentSize, classes: ids, split, seed } = picturedConfig(state);
    return JSON.stringify({ preset, latentSize, classes: ids, split, seed });
  });
  return useMemo(() => ({ pca: JSON.parse(key) }), [key]);
}

/** One at a time: the net of the one before is closed. */
function useTruth(subject: Subject | null): Truth | null {
  const lab = useLab();
  const [truth, setTruth] = useState<Truth | null>(null);
  useEffect(() => {
    if (!subject) return;
    const made = createTruth(lab, subject);
    setTruth(made);
    return () => {
      setTruth(null);
      made.dispose();
    };
  }, [lab, subject]);
  return truth;
}

function Failure({ truth }: { truth: Truth }) {
  const failure = useStore(truth.store, (state) => state.failure);
  return failure && <Trouble failure={failure} />;
}
