import type { SlowWeight } from "../../../../protocol/messages";
import { Word } from "../../../kit/Word";
import { twoDigits } from "./flow";
import classes from "./Slow.module.css";

interface Props {
  readonly weight: SlowWeight;
  readonly step: number;
  readonly rate: number;
}

/** What Adam does with one weight. */
export function WeightStep({ weight, step, rate }: Props) {
  const { layer, before, gradient, mean, square, after } = weight;
  const rows: readonly (readonly [string, number])[] = [
    ["its gradient", gradient],
    ["mean gradient, before", mean.before],
    ["and now", mean.after],
    ["mean square, before", square.before],
    ["and now", square.after],
    ["it was", before],
    ["it moves by", after - before],
    ["it is", after],
  ];
  return (
    <div className={classes.weight} data-testid="slow-weight">
      <h4>One weight of {layer}: that with the largest gradient</h4>
      <p>
        <Word>Adam</Word> keeps two averages for every weight: of its gradients, and of their
        squares. The weight goes by the learning rate, {twoDigits(rate)}, times the one over the
        root of the other, both as if they had been kept from the first step on (this is step {step}
        ).
      </p>
      <dl className={classes.lines}>
        {rows.map(([name, value], i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
          <div key={i}>
            <dt>{name}</dt>
            <dd data-figures>{twoDigits(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
