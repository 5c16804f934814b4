import { netTitle } from "../../../../config/recipes";
import { isExact } from "../../../../metrics/exact";
import { type Published, publishedResult } from "../../../../runs/published";
import { fewTestImages, type RunResult } from "../../../../runs/results";
import { type AppState, linkedFigures, shownConfig, shownPca } from "../../../../state/state";
import { isAsItCame, stopOf } from "../../../../state/stopped";
import * as format from "../../../kit/format";
import { useAppState, useItem, useSampled } from "../../../kit/hooks";
import { lazyPart } from "../../../kit/parts/lazyPart";
import { Part } from "../../../kit/parts/Part";
import { SourceTag } from "../../../kit/SourceTag";
import {
  compare,
  MEASURES,
  type Measure,
  type Verdict,
  verdict,
  whyTheyDisagree,
} from "../../../kit/verdict";
import { Word } from "../../../kit/Word";
import { OtherNet } from "../../../net/OtherNet";
import classes from "./Scoreboard.module.css";

const ExportRun = lazyPart("ui/views/train/results/ExportRun", () => import("./ExportRun"));

/** Milliseconds by which the board may lag, so that not all parts render at once. */
const LAG = 60;

/** This net and PCA with as many numbers, side by side on the same images, and what that means. */
export function Scoreboard() {
  const item = useItem();
  const result = useAppState((state) => state.run?.result ?? null);
  const stopped = useAppState(stoppedPlace);
  const latest = useSampled((state) => state.run?.epochs.at(-1) ?? null, LAG, true);
  const pca = useAppState(shownPca);
  const config = useAppState(shownConfig);
  const source = useAppState((state) => state.data?.spec.source);
  const net = result?.test ?? latest?.validation ?? null;
  const rival = result?.pca ?? (latest ? pca?.validation : pca?.test) ?? null;
  const outcome = net && rival && verdict(net, rival, config.latentSize, item.many);
  const linked = useAppState(linkedFigures);
  const published = publishedResult(config, source);

  return (
    <section
      className={classes.board}
      aria-label="Results"
      data-testid={result ? "test-results" : "live-results"}
    >
      <header className={classes.header}>
        <h2>
          {result
            ? "Did the net beat PCA?"
            : latest
              ? "Does the net beat PCA?"
              : "The marks to beat"}
        </h2>
        <SourceTag />
        {result && (
          <Part name="The export">
            <ExportRun />
          </Part>
        )}
      </header>
      {result && outcome ? (
        <Answer outcome={outcome} />
      ) : (
        <p className={classes.words}>
          {latest && outcome
            ? soFar(outcome, latest.epoch)
            : rival && isExact(rival)
              ? "The code has room for all of an image: PCA with so many numbers loses nothing."
              : `PCA keeps ${numbers(config.latentSize)} of ${item.a} too, and needs no training.`}
        </p>
      )}
      <table className={classes.table}>
        <thead>
          <tr>
            <td />
            {linked && <th scope="col">Link</th>}
            <th scope="col" data-tone="net">
              This net
            </th>
            <th scope="col" data-tone="pca">
              <Word>PCA</Word>
            </th>
            <th scope="col">Better</th>
          </tr>
        </thead>
        <tbody>
          {MEASURES.map((measure) => (
            <Row
              key={measure.key}
              measure={measure}
              linked={linked?.[measure.key]}
              net={net?.[measure.key]}
              pca={rival?.[measure.key]}
            />
          ))}
        </tbody>
      </table>
      {linked && <p className={classes.note}>Link: the same on the sender’s device.</p>}
      {published && <PublishedLine published={published} net={net?.ssimWriteup} />}
      {result && <ResultNote result={result} />}
      {stopped !== null && (
        <p className={classes.note}>
          Stopped {stopped}: trained to its end, this net may well do better.
        </p>
      )}
      <OtherNet />
      {!result && !latest && pca && (
        <p className={classes.note}>PCA’s figures are means over the test images.</p>
      )}
    </section>
  );
}

function stoppedPlace({ run }: AppState): string | null {
  const stop = run && !isAsItCame(run) && stopOf(run);
  return stop ? format.stopPlace(stop) : null;
}

const numbers = (size: number): string => (size === 1 ? "one number" : `${size} numbers`);

function soFar({ answer }: Verdict, epoch: number): string {
  const state = {
    yes: "so far, yes",
    no: "not yet",
    partly: "so far, partly",
    even: "even so far",
  }[answer];
  return `On the validation images after epoch ${epoch}: ${state}. The answer comes from the test images, at the end.`;
}

function Answer({ outcome }: { outcome: Verdict }) {
  const why = whyTheyDisagree(outcome);
  return (
    <>
      <p className={classes.answer} data-answer={outcome.answer}>
        <strong>{outcome.short}.</strong> {outcome.words}
      </p>
      {why && <p className={classes.note}>{why}</p>}
    </>
  );
}

interface RowProps {
  readonly measure: Measure;
  /** What the page's link says; undefined without a column for it. */
  readonly linked: number | undefined;
  readonly net: number | undefined;
  readonly pca: number | undefined;
}

function Row({ measure, linked, net, pca }: RowProps) {
  const { key, name, unit, word, show } = measure;
  const result = net === undefined || pca === undefined ? null : compare(measure, net, pca);
  return (
    <tr>
      <th scope="row">
        <Word>{name}</Word>{" "}
        <small>{word === undefined ? unit : <Word of={word}>{unit}</Word>}</small>
      </th>
      {linked !== undefined && <td>{show(linked)}</td>}
      <td
        data-best={result?.better === "net" || undefined}
        data-testid={key === "ssimWriteup" ? "ssim-writeup" : undefined}
      >
        {net === undefined ? "–" : show(net)}
      </td>
      <td data-best={result?.better === "pca" || undefined}>
        {pca === undefined ? "–" : show(pca)}
      </td>
      <td className={classes.better} data-tone={result?.better}>
        {result === null ? "–" : <Better {...result} />}
      </td>
    </tr>
  );
}

const OWNERS = { net: "Net", pca: "PCA" } as const;

function Better({ better, by }: ReturnType<typeof compare>) {
  if (better === "even") return "even";
  return (
    <>
      {OWNERS[better]} <small>by {by}</small>
    </>
  );
}

function PublishedLine({ published, net }: { published: Published; net: number | undefined }) {
  const difference = net === undefined ? null : net - published.ssimWriteup;
  const where =
    difference === null || Math.abs(difference) < 0.0005
      ? ""
      : `; this net is ${Math.abs(difference).toFixed(3)} ${difference > 0 ? "above" : "below"}`;
  return (
    <p className={classes.published}>
      Published: SSIM <b data-figures>{format.ssim(published.ssimWriteup)}</b> by the write-up’s
      protocol{where}.
    </p>
  );
}

function ResultNote({ result }: { result: RunResult }) {
  const { config, test } = result;
  const title = netTitle(config);
  const few = fewTestImages([result]);
  const gap =
    config.loss.binaryCrossentropy === undefined
      ? ""
      : ` BCE ${format.loss(test.bceGap)} above a perfect reconstruction’s.`;
  const training = result.epochs === 0 ? "as it came" : `weights of epoch ${result.bestEpoch}`;
  const effort =
    result.epochs === 0
      ? ""
      : ` Trained in ${format.duration(result.seconds)}, ${format.rate(result.imagesPerSecond)} images a second.`;
  return (
    <p className={classes.note}>
      {title}, {numbers(result.latent)}. Means over all {format.whole(result.testImages)} test
      images, {training}.{gap}
      {effort}
      {few !== null && ` ${few}`}
    </p>
  );
}
