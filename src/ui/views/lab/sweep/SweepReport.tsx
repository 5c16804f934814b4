import { useMemo } from "react";
import { RECIPES } from "../../../../config/recipes";
import { isPublishedData, PUBLISHED } from "../../../../runs/published";
import { hashOfRun } from "../../../../state/current-net";
import { rowsOf, type Sweep, type SweepRow } from "../../../../state/lab/sweep";
import { sweepCsv, sweepLatex, sweepSvg } from "../../../../state/lab/sweep-files";
import { progressOf } from "../../../../state/plans";
import { Key } from "../../../charts/ChartPanel";
import { SizePanel } from "../../../charts/SizePanel";
import figures from "../../../kit/Figures.module.css";
import * as format from "../../../kit/format";
import { useAppState, useSampled, useSweepLog } from "../../../kit/hooks";
import { lazyPart } from "../../../kit/parts/lazyPart";
import { PlanControls } from "../../../kit/plan/PlanControls";
import { endsOf } from "../../../kit/sizeScale";
import { Word } from "../../../kit/Word";
import { countOf } from "./words";

const SweepChart = lazyPart("ui/views/lab/sweep/SweepChart", () => import("./SweepChart"));

/** Milliseconds by which the progress may lag. */
const LAG = 300;

/** A sweep's curves as they grow, its controls and its files. */
export function SweepReport({ sweep }: { sweep: Sweep }) {
  const rows = useMemo(() => rowsOf(sweep.runs), [sweep.runs]);
  const ssim = rows.map(({ latent, net }) => `${format.ssim(net.ssimWriteup.mean)} at ${latent}`);
  const losses = rows.map(
    ({ latent, validationLoss }) => `${format.loss(validationLoss.mean)} at ${latent}`,
  );
  const published = usePublished(sweep);
  const bars = sweep.plan.seeds.length > 1 ? ", mean ± deviation over the seeds" : "";
  return (
    <>
      <Controls sweep={sweep} />
      <div className={figures.charts}>
        <SizePanel
          title="SSIM"
          unit="numbers in the code"
          testId="sweep-ssim"
          caption={RECIPES[sweep.plan.preset].title}
          hint={rows.length > 0 ? null : "The first point comes with the first net."}
          summary={`SSIM by the write-up’s protocol against latent size: ${ssim.join(", ") || "none yet"}.`}
          legend={
            <>
              <Key colour="var(--net)" name="nets of their own" />
              <Key colour="var(--pca)" dashed name="PCA" />
              {published.length > 0 && <Key colour="var(--published)" name="published" />}
            </>
          }
          aside={<span className={figures.aside}>write-up protocol, test images{bars}</span>}
        >
          {(width, height) => (
            <SweepChart
              rows={rows}
              sizes={sweep.plan.sizes}
              figure="ssimWriteup"
              published={published}
              width={width}
              height={height}
            />
          )}
        </SizePanel>
        <SizePanel
          title="Validation loss"
          unit="numbers in the code"
          testId="sweep-loss"
          caption={RECIPES[sweep.plan.preset].title}
          summary={`Validation loss against latent size: ${losses.join(", ") || "none yet"}.`}
          legend={<Key colour="var(--validation)" name="validation loss at the end" />}
        >
          {(width, height) => (
            <SweepChart
              rows={rows}
              sizes={sweep.plan.sizes}
              figure="validationLoss"
              published={[]}
              width={width}
              height={height}
            />
          )}
        </SizePanel>
      </div>
      {rows.length > 0 && <Figures rows={rows} />}
    </>
  );
}

/** The write-up's points that the axis has, where the sweep has its images. */
function usePublished({ plan, runs }: Sweep) {
  const source = useAppState((state) => state.data?.spec.source);
  const data = runs[0]?.result.data ?? source;
  if (!isPublishedData(plan, data)) return [];
  const [first, last] = endsOf(plan.sizes);
  return Object.values(PUBLISHED).filter(
    ({ latentSize }) => latentSize >= first && latentSize <= last,
  );
}

function Controls({ sweep }: { sweep: Sweep }) {
  const log = useSweepLog();
  const run = useSampled((state) => state.run, LAG, true);
  const queue = useAppState((state) => state.queue);
  const { tag, plan } = sweep;
  const name = `sweep-${plan.preset}`;
  return (
    <PlanControls
      progress={progressOf(countOf(sweep), run, queue)}
      testId="sweep-progress"
      hasResults={sweep.runs.length > 0}
      files={[
        { label: "CSV", name: `${name}.csv`, write: () => sweepCsv(sweep) },
        { label: "SVG", name: `${name}.svg`, write: () => sweepSvg(sweep) },
        { label: "LaTeX", name: `${name}.tex`, write: () => sweepLatex(sweep) },
      ]}
      onResume={() => log.resume(tag)}
      onStop={() => log.stop(tag)}
      onRemove={() => log.remove(tag)}
    />
  );
}

/** The lab is at the top of the view. */
const toTop = () => window.scrollTo({ top: 0 });

/** The curve's numbers, for those who want to read them. */
function Figures({ rows }: { rows: readonly SweepRow[] }) {
  return (
    <div className={figures.scroll}>
      <table className={figures.table} data-testid="sweep-table">
        <thead>
          <tr>
            <th scope="col">Numbers</th>
            <th scope="col">
              <Word of="Write-up’s protocol">SSIM, write-up</Word>
            </th>
            <th scope="col">
              <Word>PCA</Word>
            </th>
            <th scope="col">
              <Word of="Wang">SSIM, Wang</Word>
            </th>
            <th scope="col">PCA</th>
            <th scope="col">Validation loss</th>
            <th scope="col">In the lab</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ latent, runs, net, pca, validationLoss }) => (
            <tr key={latent}>
              <th scope="row">{latent}</th>
              <td data-tone="net">{format.ssim(net.ssimWriteup.mean)}</td>
              <td data-tone="pca">{format.ssim(pca.ssimWriteup.mean)}</td>
              <td data-tone="net">{format.ssim(net.ssim.mean)}</td>
              <td data-tone="pca">{format.ssim(pca.ssim.mean)}</td>
              <td>{format.loss(validationLoss.mean)}</td>
              <td>
                {runs.map(({ id, result }) => (
                  <a key={id} href={hashOfRun(id)} onClick={toTop}>
                    seed {result.seed}
                  </a>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
