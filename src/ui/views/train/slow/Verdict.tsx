import type { SlowStep } from "../../../../protocol/messages";
import { LabelWord } from "../../../kit/Word";
import classes from "./Slow.module.css";

/** The loss of the batch, and behind the step that after it. */
export function Verdict({ slow, isAfter }: { readonly slow: SlowStep; readonly isAfter: boolean }) {
  const { loss, lossBefore, lossAfter } = slow;
  return (
    <dl className={classes.verdict}>
      <div>
        <dt>
          <LabelWord>loss</LabelWord> in training
        </dt>
        <dd data-figures>{loss.toFixed(5)}</dd>
      </div>
      {isAfter && (
        <>
          <div>
            <dt>before, nothing dropped</dt>
            <dd data-figures>{lossBefore.toFixed(5)}</dd>
          </div>
          <div>
            <dt>after the step</dt>
            <dd data-figures data-testid="loss-after">
              {lossAfter.toFixed(5)}
            </dd>
          </div>
        </>
      )}
    </dl>
  );
}
