import { useEffect, useState } from "react";
import type { DataSpec } from "../../../datasets/dataset";
import type { ClassSurvey } from "../../../datasets/survey";
import type { Survey } from "../../../protocol/inference";
import { type AnswerFailure, failureOf } from "../../../state/answer-failure";
import type { AppState } from "../../../state/state";
import { whole } from "../../kit/format";
import { GarmentChips } from "../../kit/GarmentChips";
import { useAppState, useInference, useItem, useOwnData } from "../../kit/hooks";
import panels from "../../kit/Panels.module.css";
import { lazyPart } from "../../kit/parts/lazyPart";
import { Part } from "../../kit/parts/Part";
import { Trouble } from "../../kit/parts/Trouble";
import { SyntheticTag } from "../../kit/SourceTag";
import { ClassCard } from "./ClassCard";
import classes from "./DatasetView.module.css";
import { Intensities } from "./Intensities";
import { DataSets } from "./sets/DataSets";

const SetEditor = lazyPart("ui/views/data/edit/SetEditor", () => import("./edit/SetEditor"));

/** Training images asked for of each class: two lines of the widest page. */
const EXAMPLES = 66;

/** The data sets, and the images of the one in use: how many, what they look like, how bright their pixels are. */
export default function DatasetView() {
  const item = useItem();
  const { survey, trouble } = useSurvey();
  const [editing, setEditing] = useState<string | null>(null);
  const edited = useOwnData(({ sets }) => sets?.find(({ spec }) => spec.id === editing));
  return (
    <div className={classes.view} data-testid="data-view">
      <DataSets editing={editing} onEdit={setEditing} />
      {edited && (
        <Part name="The editor of the set" onClose={() => setEditing(null)}>
          <SetEditor set={edited} onChanged={setEditing} onClose={() => setEditing(null)} />
        </Part>
      )}
      <header className={classes.header}>
        <h2>The {item.many}</h2>
        {survey?.spec.source === "synthetic" && <SyntheticTag note={survey.sourceNote} />}
      </header>
      <GarmentChips />
      {trouble && <Trouble failure={trouble} />}
      {!survey && !trouble && <p role="status">Counting the {item.many}…</p>}
      {survey && <Found survey={survey} />}
    </div>
  );
}

function aboutImages({ source, title, height, width, channels }: DataSpec): string {
  if (source === "fashion-mnist") {
    return `Fashion-MNIST: photographs of Zalando’s articles, ${height} × ${width} pixels, light on black. `;
  }
  return `${title}: ${height} × ${width} pixels${channels === 1 ? "" : ", in colour"}. `;
}

function Found({ survey }: { survey: Survey }) {
  const { classes: found, spec, sourceNote } = survey;
  const each = survey.examples.count / found.length;
  const total = (part: "train" | "validation" | "test") =>
    found.reduce((sum, one) => sum + one[part], 0);
  return (
    <>
      <p className={panels.words}>
        {spec.source === "synthetic"
          ? `These garments are drawn by code, not photographed. ${sourceNote} `
          : aboutImages(spec)}
        A net trains on {whole(total("train"))} images; {whole(total("validation"))} validation
        images show on the way how it does, and {whole(total("test"))} test images judge it at the
        end.
      </p>
      <div className={classes.whole}>
        <Counts found={found} classNames={spec.classNames} />
        <Intensities found={found} classNames={spec.classNames} />
      </div>
      {found.map((one, place) => (
        <ClassCard
          key={one.id}
          spec={spec}
          survey={one}
          examples={survey.examples}
          from={place * each}
          count={each}
        />
      ))}
    </>
  );
}

interface CountsProps {
  readonly found: readonly ClassSurvey[];
  readonly classNames: readonly string[];
}

function Counts({ found, classNames }: CountsProps) {
  const item = useItem();
  return (
    <section aria-label={`Images of each ${item.kind}`}>
      <h3>Images of each {item.kind}</h3>
      <div className={classes.scroll}>
        <table className={classes.table} data-testid="counts">
          <thead>
            <tr>
              <th scope="col">{item.Kind}</th>
              <th scope="col">Training</th>
              <th scope="col">Validation</th>
              <th scope="col">Test</th>
              <th scope="col">Mean</th>
              <th scope="col">σ</th>
              <th scope="col">Black</th>
            </tr>
          </thead>
          <tbody>
            {found.map((each) => (
              <tr key={each.id}>
                <th scope="row">{classNames[each.id]}</th>
                <td>{whole(each.train)}</td>
                <td>{whole(each.validation)}</td>
                <td>{whole(each.test)}</td>
                <td>{each.brightness.toFixed(3)}</td>
                <td>{each.contrast.toFixed(3)}</td>
                <td>{Math.round(100 * each.black)}%</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={classes.note}>
        Mean and σ are of the pixels, from 0 (black) to 1; “black” is the share that is exactly 0.
      </p>
    </section>
  );
}

const choiceOf = ({ settings }: AppState): string => {
  const { data, classes: ids, split, seed } = settings;
  return JSON.stringify({ data, classes: ids, split, seed });
};

/** Of the form's garments; that of the last ones until it comes. */
function useSurvey() {
  const inference = useInference();
  const choice = useAppState(choiceOf);
  const [survey, setSurvey] = useState<Survey | null>(null);
  const [trouble, setTrouble] = useState<AnswerFailure | null>(null);
  useEffect(() => {
    const wanted = new AbortController();
    inference
      .ask("survey", { data: JSON.parse(choice), examples: EXAMPLES }, { signal: wanted.signal })
      .then(
        (found) => {
          setSurvey(found);
          setTrouble(null);
        },
        (error) => {
          if (!wanted.signal.aborted) setTrouble(failureOf(error));
        },
      );
    return () => wanted.abort();
  }, [inference, choice]);
  return { survey, trouble };
}
