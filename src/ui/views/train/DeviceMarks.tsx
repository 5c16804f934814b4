import { ReferenceLine, useXAxisDomain } from "recharts";
import { REFERENCE_LABEL } from "../../charts/chartStyle";
import { useAppState } from "../../kit/hooks";
import { titleOf } from "./device/words";

/** Where, in a run, another device took over from one that failed. */
export function DeviceMarks() {
  const changes = useAppState((state) => state.run?.deviceChanges);
  const stepsPerEpoch = useAppState((state) => state.run?.started?.stepsPerEpoch ?? 1);
  const [, end] = useXAxisDomain() ?? [];
  return changes?.map(({ step, to }) => {
    const x = step / stepsPerEpoch;
    return (
      <ReferenceLine
        key={`${step} ${to}`}
        x={x}
        stroke="var(--ink-2)"
        strokeDasharray="2 2"
        label={{
          ...REFERENCE_LABEL,
          value: `now on ${titleOf(to)}`,
          fill: "var(--ink-2)",
          position: x > Number(end) / 2 ? "insideTopRight" : "insideTopLeft",
        }}
      />
    );
  });
}
