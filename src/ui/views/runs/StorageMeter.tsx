import { bytes } from "../../kit/format";
import { useRuns } from "../../kit/hooks";
import classes from "./StorageMeter.module.css";

/** How much is stored, how much more there is room for, and how long it will last. */
export function StorageMeter() {
  const kind = useRuns((state) => state.kind);
  const usage = useRuns((state) => state.usage);
  if (kind === "memory") {
    return (
      <p className={classes.meter} data-testid="storage">
        Kept in memory until this tab is closed
        {usage?.used ? `, ${bytes(usage.used)}` : ""}. Export what you want to keep.
      </p>
    );
  }
  if (!usage) return <p className={classes.meter} />;
  if (usage.used === null || usage.quota === null) return null;
  const share = usage.quota > 0 ? Math.min(1, usage.used / usage.quota) : 1;
  return (
    <p className={classes.meter} data-testid="storage">
      <span className={classes.bar} aria-hidden="true">
        <span style={{ transform: `scaleX(${Math.max(0.01, share)})` }} />
      </span>
      <span data-figures>
        {bytes(usage.used)} stored in this browser, room for{" "}
        {bytes(Math.max(0, usage.quota - usage.used))} more.{" "}
        {usage.persisted
          ? "The browser keeps them until you delete them."
          : "The browser may drop them when the disk runs full: export what you want to keep."}
      </span>
    </p>
  );
}
