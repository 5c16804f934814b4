import { useAppState } from "../../../kit/hooks";
import classes from "./GridSkeleton.module.css";

const COLUMNS = Array.from({ length: 15 }, (_, i) => `column-${i}`);

/** The place of the pictures while they are on their way, with how far they are. */
export function GridSkeleton() {
  const loading = useAppState((state) => state.loading);
  const share = loading && loading.totalBytes > 0 ? loading.loadedBytes / loading.totalBytes : null;
  return (
    <section className={classes.skeleton} aria-label="Garments" aria-busy={loading !== null}>
      <h2>{loading ? "Unpacking the garments…" : "No garments: Train tries to load them again"}</h2>
      {loading && (
        <div
          className={classes.bar}
          role="progressbar"
          aria-label="Loading the garments"
          aria-valuemin={0}
          aria-valuemax={100}
          {...(share === null ? {} : { "aria-valuenow": Math.floor(share * 100) })}
        >
          <div style={{ transform: `scaleX(${share ?? 0})` }} />
        </div>
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
