import { useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { sameShape } from "../../../math/image-set";
import type { NetConfig } from "../../../protocol/inference";
import {
  createEvaluator,
  type Evaluator,
  type EvaluatorState,
  NO_EVALUATION,
  type Subject,
} from "../../../state/evaluator";
import { picturedConfig } from "../../../state/state";
import { numbers } from "../../kit/format";
import { useApp, useAppState, useDataSpec, useInference, useItem } from "../../kit/hooks";
import classes from "../../kit/Panels.module.css";
import { Trouble } from "../../kit/parts/Trouble";
import { Segments } from "../../kit/Segments";
import { SyntheticTag } from "../../kit/SourceTag";
import { NetHeader } from "../../net/NetHeader";
import { NoNet } from "../../net/NoNet";
import { useLookedNet } from "../../net/useLookedNet";
import { DrawPanel } from "./draw/DrawPanel";
import { blank, type Drawing } from "./draw/drawing";
import { EvaluationPanel } from "./EvaluationPanel";

type Part = "every" | "own";
type By = "net" | "pca";

const NONE = createStore<EvaluatorState>(() => NO_EVALUATION);

/** What a net makes of every test image, and of pictures that somebody brings along. */
export default function ImagesView() {
  const item = useItem();
  const looked = useLookedNet();
  const [by, setBy] = useState<By>("net");
  const pca = usePcaAlone();
  const evaluator = useEvaluator(by === "net" ? looked.net : pca);
  const store = evaluator?.store ?? NONE;
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
        title={part === "every" ? "The truth about every test image" : `Bring your own ${item.one}`}
        looked={looked}
        parameters={parameters}
      >
        {images?.spec.source === "synthetic" && <SyntheticTag note={images.sourceNote} />}
      </NetHeader>
      <div className={classes.choices}>
        <Segments
          aria-label="Images"
          data={[
            { value: "every", label: "Every test image" },
            { value: "own", label: "Bring your own" },
          ]}
          value={part}
          onChange={setPart}
        />
        <Segments
          aria-label="Rebuilt by"
          data={[
            { value: "net", label: "Net beside PCA" },
            { value: "pca", label: "PCA alone" },
          ]}
          value={by}
          onChange={setBy}
        />
        {by === "pca" && (
          <span>
            {numbers(pca.pca.latentSize)}, on the {item.many} of the settings
          </span>
        )}
      </div>
      {evaluator && <Failure evaluator={evaluator} />}
      {evaluator && part === "every" && <EvaluationPanel evaluator={evaluator} />}
      {evaluator && part === "own" && (
        <DrawPanel evaluator={evaluator} drawing={drawing} onDraw={setSheet} />
      )}
      {by === "net" && !looked.net && <NoNet looked={looked} />}
    </div>
  );
}

/** PCA with as many numbers as the form says, on the images that it names; the same object for the same. */
function usePcaAlone(): { readonly pca: NetConfig } {
  const key = useAppState((state) => {
    const { preset, net, latentSize, data, classes: ids, split, seed } = picturedConfig(state);
    const pca: NetConfig = { preset, net, latentSize, data, classes: ids, split, seed };
    return JSON.stringify(pca);
  });
  return useMemo(() => ({ pca: JSON.parse(key) }), [key]);
}

/** One at a time: the net of the one before is closed. */
function useEvaluator(subject: Subject | null): Evaluator | null {
  const inference = useInference();
  const [evaluator, setEvaluator] = useState<Evaluator | null>(null);
  useEffect(() => {
    if (!subject) return;
    const made = createEvaluator(inference, subject);
    setEvaluator(made);
    return () => {
      setEvaluator(null);
      made.dispose();
    };
  }, [inference, subject]);
  return evaluator;
}

function Failure({ evaluator }: { evaluator: Evaluator }) {
  const failure = useStore(evaluator.store, (state) => state.failure);
  return failure && <Trouble failure={failure} />;
}
