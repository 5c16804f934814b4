import { useAppState, useItem } from "../../../kit/hooks";
import { ProgressBar } from "../../../kit/ProgressBar";
import classes from "./GridSkeleton.module.css";

const COLUMNS = Array.from({ length: 15 }, (_, i) => `column-${i}`);

/** The place of the pictures while they are on their way, with how far they are. */
export function GridSkeleton() {
  const item = useItem();
  const loading = useAppState((state) => state.loading);
  const share = loading && loading.totalBytes > 0 ? loading.loadedBytes / loading.totalBytes : null;
  return (
    <section className={classes.skeleton} aria-label={item.Many} aria-busy={loading !== null}>
      <h2>
        {loading
          ? `Unpacking the ${item.many}…`
          : `No ${item.many}: Train tries to load them again`}
      </h2>
      {loading && (
        <ProgressBar className={classes.bar} label={`Loading the ${item.many}`} share={share} />
      )}
      <div className={classes.columns} aria-hidden="true">
        {COLUMNS.map((column) => (
          <span key={column} data-waiting={loading !== null || undefined}>
            <i />
            <i />
            <i />
          </span>
        ))}
      </div>
    </section>
  );
}
