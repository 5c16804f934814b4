import { useStore } from "zustand";
import type { Probe } from "../../../../protocol/inference";
import {
  classesOf,
  createProber,
  type ProbeClasses,
  type Prober,
  type Probes,
  probeCsv,
  probeSizes,
  SUBJECTS,
  type SubjectName,
} from "../../../../state/space/probe";
import { Key } from "../../../charts/ChartPanel";
import { SizePanel } from "../../../charts/SizePanel";
import controls from "../../../kit/Controls.module.css";
import classes from "../../../kit/Figures.module.css";
import { inLetters, ssim, whole } from "../../../kit/format";
import { useItem } from "../../../kit/hooks";
import { lazyPart } from "../../../kit/parts/lazyPart";
import { saveFile } from "../../../kit/saveFile";
import { pixelsInWords } from "../../../pictures/draw";
import { useFilled, Waiting } from "../Near";
import { Section } from "../Section";
import { useOnceCoded, useSpaceState } from "../space";
import { TaskProgress } from "../TaskProgress";
import { ProbeTable } from "./ProbeTable";

const ProbeChart = lazyPart("ui/views/space/probe/ProbeChart", () => import("./ProbeChart"));

/** Whether a code still knows what it is a code of. */
export function ProbeSection() {
  const item = useItem();
  const prober = useOnceCoded(createProber);
  useFilled(prober !== null);
  return (
    <Section
      title="Does the code still know what it is?"
      word="Probe"
      testId="probe"
      words={
        <>
          The net never saw a label. If a simple classifier can name {item.a} from its code alone,
          then training it to draw has also taught it to tell {item.many} apart. Two are trained on
          codes of the training split and judged on the test split: one takes the vote of the five
          nearest codes, the other draws straight lines between the classes (ridge regression of the
          classes’ indicators, in closed form).
        </>
      }
    >
      {prober ? (
        <Measured prober={prober} />
      ) : (
        <Waiting wide={89} narrow={136}>
          The probe comes with the codes.
        </Waiting>
      )}
    </Section>
  );
}

function Measured({ prober }: { prober: Prober }) {
  const choice = useStore(prober.store, (state) => state.classes);
  const probes = useStore(prober.store, (state) => state.known[state.classes]);
  const net = useSpaceState((state) => state.net);
  const images = useSpaceState((state) => state.images);
  if (!net || !images) return null;
  const { classNames } = images.spec;
  const chosen = classesOf(net.config, choice, classNames);
  const known = Object.keys(probes).length > 0;
  return (
    <>
      <Choice prober={prober} own={net.config.classes} all={classNames.length} />
      <Run prober={prober} probes={probes} />
      {known && (
        <>
          <div className={classes.charts}>
            <Accuracy title="Five nearest codes" by="nearest" probes={probes} />
            <Accuracy title="Linear classifier" by="linear" probes={probes} />
          </div>
          <ProbeTable probes={probes} />
          <p className={controls.row}>
            <span className={controls.note}>{shareWords(probes)}</span>
            <button
              type="button"
              className={controls.quiet}
              onClick={() => saveFile(new Blob([probeCsv(probes, chosen)]), "probe.csv")}
            >
              CSV
            </button>
          </p>
        </>
      )}
    </>
  );
}

interface ChoiceProps {
  readonly prober: Prober;
  readonly own: readonly number[];
  /** How many classes there are. */
  readonly all: number;
}

/** Two classes are told apart almost at once; ten are a question. */
function Choice({ prober, own, all }: ChoiceProps) {
  const choice = useStore(prober.store, (state) => state.classes);
  if (own.length === all) return null;
  const options: readonly (readonly [ProbeClasses, string])[] = [
    ["own", own.length === 1 ? "The net’s own class" : `The net’s own ${own.length} classes`],
    ["all", `All ${inLetters(all)} classes`],
  ];
  return (
    <div className={controls.row}>
      {options.map(([name, title]) => (
        <button
          key={name}
          type="button"
          className={controls.quiet}
          aria-pressed={choice === name}
          onClick={() => prober.choose(name)}
        >
          {title}
        </button>
      ))}
      {choice === "all" && (
        <p className={controls.note}>
          This net was trained on {own.length === 1 ? "one class" : `${own.length} classes`} alone:
          what its code keeps of the others, it keeps by chance. PCA is fitted to all{" "}
          {inLetters(all)}.
        </p>
      )}
    </div>
  );
}

function useNames(): Readonly<Record<SubjectName, string>> {
  const images = useSpaceState((state) => state.images);
  const pixels = images ? `all ${pixelsInWords(images.shape)}` : "all pixels";
  return { net: "this net’s codes", pca: "PCA’s codes", pixels };
}

function Run({ prober, probes }: { prober: Prober; probes: Probes }) {
  const item = useItem();
  const names = useNames();
  const progress = useStore(prober.store, (state) => state.progress);
  if (progress) {
    return (
      <TaskProgress
        words={`Telling ${item.many} by ${names[progress.of]}`}
        share={progress.share}
        onStop={() => prober.stop()}
      />
    );
  }
  const missing = SUBJECTS.filter((subject) => !probes[subject]);
  if (missing.length === 0) return null;
  return (
    <div className={controls.row}>
      <button type="button" className={controls.go} onClick={() => prober.start()}>
        {missing.length === SUBJECTS.length ? "Probe the codes" : "Go on"}
      </button>
      <span className={controls.note}>
        It takes half a minute for two classes and one or two for ten.
      </span>
    </div>
  );
}

interface AccuracyProps {
  readonly title: string;
  readonly by: "nearest" | "linear";
  readonly probes: Probes;
}

function Accuracy({ title, by, probes }: AccuracyProps) {
  const names = useNames();
  const largest = useSpaceState((state) => state.net?.config.latentSize ?? 256);
  const said = SUBJECTS.flatMap((subject) => {
    const points = probes[subject]?.points ?? [];
    return points.map((point) => `${names[subject]} ${ssim(point[by])} at ${point.size}`);
  });
  return (
    <SizePanel
      title={title}
      unit="numbers in the code"
      testId={`probe-${by}`}
      summary={`Share of test images named rightly: ${said.join(", ")}.`}
      legend={
        <>
          <Key colour="var(--net)" name={names.net} />
          <Key colour="var(--pca)" dashed name={names.pca} />
          <Key colour="var(--published)" dashed name={names.pixels} />
        </>
      }
      aside={<span className={classes.aside}>accuracy on test images</span>}
    >
      {(width, height) => (
        <ProbeChart
          by={by}
          probes={probes}
          sizes={probeSizes(largest)}
          width={width}
          height={height}
        />
      )}
    </SizePanel>
  );
}

/** On how many images that was: of ten classes not on all. */
function shareWords(probes: Probes): string {
  const [probe] = SUBJECTS.flatMap((subject) => probes[subject] ?? []);
  if (!probe) return "";
  return `Trained on ${ofAll(probe.train, probe.allTrain)} training images, judged on ${ofAll(probe.test, probe.allTest)} test images${errorWords(probe)}.`;
}

const ofAll = (some: number, all: number): string =>
  some === all ? `all ${whole(all)}` : `${whole(some)} of ${whole(all)}`;

/** Two standard errors of an accuracy where the coin is as unfair as the best point says. */
function errorWords({ points, test }: Probe): string {
  const best = Math.max(...points.flatMap(({ nearest, linear }) => [nearest, linear]));
  return `; chance alone moves a figure near ${ssim(best)} by ± ${ssim(2 * Math.sqrt((best * (1 - best)) / test))}`;
}
