import { SegmentedControl } from "@mantine/core";
import type { Protocol } from "../charts/curves";
import { SEGMENTS } from "./controls";

interface Props {
  readonly value: Protocol;
  readonly onChange: (protocol: Protocol) => void;
}

/** Which of the two SSIMs images are judged by. */
export function ProtocolChoice({ value, onChange }: Props) {
  return (
    <SegmentedControl
      {...SEGMENTS}
      aria-label="SSIM protocol"
      data={[
        { value: "ssimWriteup", label: "write-up" },
        { value: "ssim", label: "Wang" },
      ]}
      value={value}
      onChange={(chosen) => onChange(chosen as Protocol)}
    />
  );
}
