import type { ReactNode } from "react";
import { duration, rate, whole } from "../../kit/format";
import { useAppState } from "../../kit/hooks";
import { Word } from "../../kit/Word";
import classes from "./Counters.module.css";

/** Epoch, step, speed and time left. */
export function Counters() {
  // Not sampled: the controls and the step beside them shall never tell of different moments.
  const run = useAppState((state) => state.run);
  const planned = useAppState((state) => state.settings.epochs);
  const epochs = run?.config.epochs ?? planned;
  return (
    <dl className={classes.counters}>
      <Counter name={<Word>Epoch</Word>}>
        <span data-testid="epoch">{run?.epoch ?? 0}</span>
        <small> of {whole(epochs)}</small>
      </Counter>
      <Counter name={<Word>Step</Word>}>
        <span data-testid="step">{whole(run?.losses.count ?? 0)}</span>
      </Counter>
      <Counter name="Images a second" short="Images/s">
        <span data-testid="images-per-second">
          {run && run.imagesPerSecond > 0 ? rate(run.imagesPerSecond) : "–"}
        </span>
      </Counter>
      <Counter name="Time left">
        {run?.phase === "training" && run.secondsLeft !== null ? duration(run.secondsLeft) : "–"}
      </Counter>
    </dl>
  );
}

interface CounterProps {
  readonly name: ReactNode;
  /** Stands in for the name where there is little room. */
  readonly short?: string;
  readonly children: ReactNode;
}

function Counter({ name, short, children }: CounterProps) {
  return (
    <div>
      <dt>
        <span>{name}</span>
        {short && <abbr>{short}</abbr>}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
