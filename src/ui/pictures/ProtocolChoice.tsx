import type { Protocol } from "../charts/curves";
import { Segments } from "../kit/Segments";

interface Props {
  readonly value: Protocol;
  readonly onChange: (protocol: Protocol) => void;
  /** Nothing beside it says that it is about SSIM. */
  readonly isAlone?: boolean;
}

/** Which of the two SSIMs images are judged by. */
export function ProtocolChoice({ value, onChange, isAlone = false }: Props) {
  return (
    <Segments
      aria-label="SSIM protocol"
      data={[
        { value: "ssimWriteup", label: isAlone ? "SSIM write-up" : "write-up" },
        { value: "ssim", label: "Wang" },
      ]}
      value={value}
      onChange={onChange}
    />
  );
}
