import { useState } from "react";
import { useSweepLog, useSweeps } from "../../../kit/hooks";
import { PlanReports } from "../../../kit/plan/PlanReports";
import { SweepForm } from "./SweepForm";
import { SweepReport } from "./SweepReport";
import classes from "./SweepSection.module.css";
import { sweepName } from "./words";

/** Nets of their own at every size, trained as one queue, and the curves that they make. */
export function SweepSection() {
  const log = useSweepLog();
  const sweeps = useSweeps((state) => state.plans);
  const problem = useSweeps((state) => state.storageProblem);
  const [chosen, setChosen] = useState<string | null>(null);
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
      <PlanReports
        label="Sweep"
        plans={sweeps}
        chosen={chosen}
        onChoose={setChosen}
        nameOf={sweepName}
        report={(sweep) => <SweepReport key={sweep.tag} sweep={sweep} />}
      >
        The curves of SSIM and validation loss against latent size grow here, a point for each net
        that has finished.
      </PlanReports>
    </section>
  );
}
