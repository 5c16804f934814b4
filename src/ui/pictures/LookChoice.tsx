import type { PartImages, Reconstructions } from "../../protocol/inference";
import { Segments } from "../kit/Segments";
import type { Sheet } from "./painter";

/** What a gallery shows of each image. */
export type LookAt = "rebuilt" | "original" | "error";

interface Props {
  readonly value: LookAt;
  readonly onChange: (look: LookAt) => void;
}

export function LookChoice({ value, onChange }: Props) {
  return (
    <Segments
      aria-label="What is shown"
      data={[
        { value: "rebuilt", label: "Reconstruction" },
        { value: "original", label: "Original" },
        { value: "error", label: "Error" },
      ]}
      value={value}
      onChange={onChange}
    />
  );
}

/** The pictures that a gallery paints for it. */
export function picturesFor(
  look: LookAt,
  images: Pick<PartImages, "shape" | "pixels">,
  own: Pick<Reconstructions, "pixels">,
): Pick<Sheet, "shape" | "pixels" | "originals"> {
  return {
    shape: images.shape,
    pixels: look === "original" ? images.pixels : own.pixels,
    originals: look === "error" ? images.pixels : null,
  };
}
