import classes from "./ProgressBar.module.css";

interface Props {
  /** What it is the progress of. */
  readonly label: string;
  /** 0 to 1; null where that is not known. */
  readonly share: number | null;
  /** Its height and place. */
  readonly className: string | undefined;
}

/** A thin line that fills from left to right. */
export function ProgressBar({ label, share, className }: Props) {
  return (
    <div
      className={`${classes.bar} ${className}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      // 100 stands for what is finished.
      aria-valuenow={share === null ? undefined : Math.floor(100 * share)}
    >
      <div style={{ transform: `scaleX(${share ?? 0})` }} />
    </div>
  );
}
