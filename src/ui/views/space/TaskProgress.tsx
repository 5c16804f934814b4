import classes from "../../kit/Controls.module.css";

interface Props {
  /** What is being done: "Measuring what each number is worth". */
  readonly words: string;
  /** 0 to 1. */
  readonly share: number;
  readonly onStop: () => void;
}

/** How far a long question is, and the way to take it back. */
export function TaskProgress({ words, share, onStop }: Props) {
  return (
    <div className={classes.progress} data-screen-only="">
      <span data-figures>
        {words}, {Math.round(100 * share)}%
      </span>
      <progress value={share} max={1} aria-label={words} />
      <button type="button" className={classes.quiet} onClick={onStop}>
        Stop
      </button>
    </div>
  );
}
