import { useMemo } from "react";
import { intervalWords, LADDER_FIELDS, type LadderRow, verdict } from "../../../../report/ladder";
import { csv } from "../../../../report/table";
import { hashOfRun } from "../../../../state/current-net";
import { changeOf, type Ladder, type LadderRecord } from "../../../../state/ladder/ladder";
import { progressOf } from "../../../../state/plans";
import { Waterfall } from "../../../charts/Waterfall";
import controls from "../../../kit/Controls.module.css";
import figures from "../../../kit/Figures.module.css";
import * as format from "../../../kit/format";
import { useAppState, useSampled } from "../../../kit/hooks";
import { PlanControls } from "../../../kit/plan/PlanControls";
import { Scroller } from "../../../kit/Scroller";
import { useKeptRuns, useLadderLog, useLadderRows } from "./hooks";
import classes from "./LadderReport.module.css";
import { ladderName, lossSteps, outcome, ssimSteps, summaryOf } from "./words";

/** Milliseconds by which the progress may lag. */
const LAG = 300;

/** What each change of a ladder brought, as it becomes known. */
export function LadderReport({ ladder }: { readonly ladder: Ladder }) {
  const log = useLadderLog();
  const run = useSampled((state) => state.run, LAG, true);
  const queue = useAppState((state) => state.queue);
  const kept = useKeptRuns(ladder);
  const rows = useLadderRows(ladder, kept);
  const { tag, seeds } = ladder;
  const ssims = useMemo(() => ssimSteps(ladder, rows), [ladder, rows]);
  const losses = useMemo(() => lossSteps(ladder, rows), [ladder, rows]);
  const isSeveral = seeds.length > 1;
  const caption = `${ladderName(ladder)}. ${intervalWords(seeds.length)}`;
  const hint = "The first bar comes with the first net.";
  const progress = progressOf(
    {
      tag,
      total: kept.length,
      done: kept.filter((record) => record !== undefined).length,
      nameOf: (config) => changeOf(ladder, config) ?? "another net",
      isOwn: (config) => changeOf(ladder, config) !== null,
    },
    run,
    queue,
  );
  return (
    <>
      <PlanControls
        progress={progress}
        testId="ladder-progress"
        hasResults={rows.length > 0}
        files={[
          { label: "CSV", name: "ladder.csv", write: () => csv(LADDER_FIELDS, rows) },
          { label: "JSON", name: "ladder.json", write: () => `${JSON.stringify(rows, null, 1)}\n` },
        ]}
        onResume={() => void log.resume(tag)}
        onStop={() => log.stop(tag)}
        onRemove={() => log.remove(tag)}
      />
      <div className={`${controls.note} ${classes.outcome}`}>
        <p role="status" data-testid="ladder-outcome">
          {outcome(rows) || "What each change brought stands here once two steps are trained."}
        </p>
        {/* As long as it can become, so that the charts stand still. */}
        <p aria-hidden="true" data-screen-only="">
          SSIM rose with {ladder.steps.map(({ change }) => `${change} (+0.0000)`).join(", and ")}.
        </p>
      </div>
      <div className={classes.charts}>
        <Waterfall
          title="SSIM"
          testId="ladder-ssim"
          aside={<span className={figures.aside}>write-up protocol, test images</span>}
          colour="var(--net)"
          steps={ssims}
          over={isSeveral ? ["seeds", "images"] : ["images"]}
          caption={caption}
          summary={summaryOf("SSIM by the write-up’s protocol", ssims)}
          hint={hint}
        />
        <Waterfall
          title="Validation loss"
          testId="ladder-loss"
          aside={<span className={figures.aside}>lower is better</span>}
          colour="var(--validation)"
          steps={losses}
          over={isSeveral ? ["seeds"] : []}
          caption={caption}
          summary={summaryOf("Validation loss", losses)}
          hint={hint}
        />
      </div>
      <Table ladder={ladder} rows={rows} kept={kept} />
      <p className={controls.note}>
        A step has all changes up to its own. What it brought is the mean, over test images and
        seeds, of its SSIM less the step’s before, image by image. {intervalWords(seeds.length)}{" "}
        Where 0 lies in the interval, the change brought nothing that chance does not.
      </p>
    </>
  );
}

interface TableProps {
  readonly ladder: Ladder;
  readonly rows: readonly LadderRow[];
  readonly kept: readonly (LadderRecord | undefined)[];
}

/** The bars' numbers, with time and weights; a row for each step from the beginning. */
function Table({ ladder, rows, kept }: TableProps) {
  const { steps } = ladder;
  return (
    <Scroller className={figures.scroll} label="What each step came to">
      <table className={`${figures.table} ${classes.table}`} data-testid="ladder-table">
        <thead>
          <tr>
            <th scope="col">Change</th>
            <th scope="col">SSIM, write-up</th>
            <th scope="col">Brought</th>
            <th scope="col">95%</th>
            <th scope="col">That is</th>
            <th scope="col">Validation loss</th>
            <th scope="col">Weights</th>
            <th scope="col">Epochs</th>
            <th scope="col">Time</th>
            <th scope="col">Seeds, in the lab</th>
          </tr>
        </thead>
        <tbody>
          {steps.map(({ change }, step) => {
            const row = rows.find((each) => each.step === step);
            const runs = kept.filter((_, place) => place % steps.length === step);
            return (
              <tr key={change}>
                <th scope="row">{change}</th>
                {row ? (
                  <Figures row={row} />
                ) : (
                  <td colSpan={8}>{runs.some(Boolean) ? "being judged …" : "not trained yet"}</td>
                )}
                <td>
                  {runs.map(
                    (record) =>
                      record && (
                        <a
                          key={record.id}
                          href={hashOfRun(record.id)}
                          aria-label={`${change}, seed ${record.config.seed}, in the lab`}
                        >
                          {record.config.seed}
                        </a>
                      ),
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroller>
  );
}

function Figures({ row }: { readonly row: LadderRow }) {
  const { ssimWriteup, difference, validationLoss, parameters, epochs, seconds } = row;
  return (
    <>
      <td data-tone="net">{ssimWriteup.toFixed(4)}</td>
      <td>{difference && format.signed(difference.ssimWriteup)}</td>
      <td>{difference?.interval.map(format.signed).join(" to ")}</td>
      <td className={classes.verdict}>{verdict(row)}</td>
      <td>{format.loss(validationLoss)}</td>
      <td>{format.whole(parameters)}</td>
      <td>{format.whole(epochs)}</td>
      <td>{format.duration(seconds)}</td>
    </>
  );
}
