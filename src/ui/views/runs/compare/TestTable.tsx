import type { RunRecord } from "../../../../storage/record";
import { signed, ssim } from "../../../kit/format";
import classes from "./Compare.module.css";
import { type Labelled, labelled, sameTest } from "./measures";
import { RunKey } from "./RunKey";
import { useDifference } from "./useDifference";

/** Test results, each with how far it is from the first run's on the same images. */
export function TestTable({ records }: { records: readonly RunRecord[] }) {
  const [reference] = records;
  if (!reference) return null;
  const runs = labelled(records);
  const against = `SSIM (write-up) against ${runs[0]?.label}`;
  return (
    <section className={classes.part} aria-label="Test results" data-half="">
      <h3>On the test images</h3>
      <table className={`${classes.table} ${classes.results}`}>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">
              SSIM <small>write-up</small>
            </th>
            <th scope="col">
              PCA’s <small>same size</small>
            </th>
            <th scope="col">
              SSIM <small>Wang</small>
            </th>
            <th scope="col">
              MSE <small>× 1000</small>
            </th>
            <th scope="col">{against}</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Row key={run.record.id} {...run} reference={reference} against={against} />
          ))}
        </tbody>
      </table>
      <p className={classes.note}>
        A difference is the mean over the same images, with the middle 95% of 2,000 resamplings of
        them (paired bootstrap). An interval that holds 0 means: these images do not tell.
      </p>
    </section>
  );
}

interface RowProps extends Labelled<RunRecord> {
  /** What the last figure is. */
  readonly against: string;
  readonly reference: RunRecord;
}

function Row({ reference, against, ...run }: RowProps) {
  const { record } = run;
  const { result } = record;
  return (
    <tr>
      <th scope="row">
        <RunKey {...run} />
      </th>
      {result ? (
        <>
          <td data-figures data-label="SSIM write-up">
            {ssim(result.test.ssimWriteup)}
          </td>
          <td data-figures data-label="PCA’s" className={classes.pca}>
            {ssim(result.pca.ssimWriteup)}
          </td>
          <td data-figures data-label="SSIM Wang">
            {ssim(result.test.ssim)}
          </td>
          <td data-figures data-label="MSE × 1000">
            {(result.test.mse * 1000).toFixed(2)}
          </td>
        </>
      ) : (
        <td colSpan={4} data-wide="">
          no result yet
        </td>
      )}
      <td data-wide="" data-label={against}>
        <Against record={record} reference={reference} />
      </td>
    </tr>
  );
}

function Against({ record, reference }: Pick<RowProps, "record" | "reference">) {
  const isPaired = record.id !== reference.id && sameTest(record, reference);
  const difference = useDifference(
    isPaired ? record.test!.ssimWriteup : null,
    isPaired ? reference.test!.ssimWriteup : null,
  );
  if (record.id === reference.id) return <span className={classes.dim}>the first</span>;
  if (!record.test || !reference.test) return <span className={classes.dim}>–</span>;
  if (!isPaired) return <span className={classes.dim}>other test images</span>;
  if (!difference) return <span className={classes.dim}>…</span>;
  const { mean, low, high } = difference;
  const verdict = low > 0 ? "better" : high < 0 ? "worse" : "no difference to tell";
  return (
    <span data-testid="difference" data-verdict={verdict}>
      <b data-figures>{signed(mean)}</b>{" "}
      <span data-figures className={classes.dim}>
        {signed(low)} to {signed(high)}
      </span>{" "}
      {verdict}
    </span>
  );
}
