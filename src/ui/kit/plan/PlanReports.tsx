import type { ReactNode } from "react";
import type { Plan } from "../../../state/plans";
import controls from "../Controls.module.css";
import classes from "./PlanReports.module.css";

interface Props<P extends Plan> {
  /** "Sweep" */
  readonly label: string;
  /** The newest first. */
  readonly plans: readonly P[];
  /** Tag of the one to show; the newest, where that is none of theirs. */
  readonly chosen: string | null;
  readonly onChoose: (tag: string) => void;
  readonly nameOf: (plan: P) => string;
  readonly report: (plan: P) => ReactNode;
  /** What will be here once there is a plan. */
  readonly children: string;
}

/** What one of the kept plans came to, and which of them. */
export function PlanReports<P extends Plan>(props: Props<P>) {
  const { label, plans, chosen, onChoose, nameOf, report, children } = props;
  const shown = plans.find(({ tag }) => tag === chosen) ?? plans[0];
  return (
    <div className={classes.reports}>
      {plans.length > 1 && (
        <label className={classes.choice} data-screen-only="">
          {label}
          <select
            className={controls.select}
            value={shown?.tag}
            onChange={(event) => onChoose(event.currentTarget.value)}
          >
            {plans.map((plan) => (
              <option key={plan.tag} value={plan.tag}>
                {nameOf(plan)}
              </option>
            ))}
          </select>
        </label>
      )}
      {shown ? report(shown) : <p className={classes.empty}>{children}</p>}
    </div>
  );
}
