import { useState } from "react";
import { SweepForm } from "./SweepForm";
import { SweepReport } from "./SweepReport";
import classes from "./SweepSection.module.css";
import { useSweepLog, useSweeps } from "./sweeps";
import { sweepName } from "./words";

/** Nets of their own at every size, trained as one queue, and the curves that they make. */
export function SweepSection() {
  const log = useSweepLog();
  const sweeps = useSweeps((state) => state.sweeps);
  const problem = useSweeps((state) => state.storageProblem);
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = sweeps.find(({ tag }) => tag === chosen) ?? sweeps[0];
  return (
    <section className={classes.section} aria-labelledby="sweep-title" data-testid="sweep">
      <div className={classes.intro}>
        <h2 id="sweep-title">A net of its own at every size</h2>
        <p>
          The slider cuts one net short. A sweep trains a new net for each size, one after the
          other, and shows what training for just that size is worth.
        </p>
        <SweepForm onBegin={(plan) => setChosen(log.begin(plan))} />
        {problem && (
          <p className={classes.problem} role="alert">
            {problem}
          </p>
        )}
      </div>
      <div className={classes.report}>
        {sweeps.length > 1 && (
          <label className={classes.choice}>
            Sweep
            <select value={shown?.tag} onChange={(event) => setChosen(event.currentTarget.value)}>
              {sweeps.map((sweep) => (
                <option key={sweep.tag} value={sweep.tag}>
                  {sweepName(sweep)}
                </option>
              ))}
            </select>
          </label>
        )}
        {shown ? (
          <SweepReport key={shown.tag} sweep={shown} />
        ) : (
          <p className={classes.empty}>
            The curves of SSIM and validation loss against latent size grow here, a point for each
            net that has finished.
          </p>
        )}
      </div>
    </section>
  );
}
