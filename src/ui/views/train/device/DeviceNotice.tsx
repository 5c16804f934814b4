import { useState } from "react";
import { changeWords, type DeviceLoss, lossWords } from "../../../../config/devices";
import { useAppState } from "../../../kit/hooks";
import { Notice } from "../../../kit/Notice";

/** That a device failed: while the next one catches up, and after. */
export function DeviceNotice() {
  const lost = useAppState((state) => state.run?.deviceLost ?? null);
  const change = useAppState((state) => state.run?.deviceChange ?? null);
  const [dismissed, setDismissed] = useState<DeviceLoss | null>(null);
  const shown = lost ?? change;
  if (!shown || shown === dismissed) return null;
  return (
    <Notice code="device-lost" onDismiss={() => setDismissed(shown)}>
      {lost ? lossWords(lost) : change && changeWords(change)}
    </Notice>
  );
}
