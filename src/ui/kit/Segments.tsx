import { SegmentedControl, type SegmentedControlProps } from "@mantine/core";
import form from "./Settings.module.css";

type Props<Value extends string> = Omit<
  SegmentedControlProps<Value>,
  "size" | "transitionDuration" | "classNames"
>;

/** A choice whose few options all stand in sight, side by side. */
export function Segments<Value extends string>(props: Props<Value>) {
  return (
    <SegmentedControl
      size="xs"
      transitionDuration={0}
      classNames={{ root: form.segments, label: form.segment, indicator: form.indicator }}
      {...props}
    />
  );
}
