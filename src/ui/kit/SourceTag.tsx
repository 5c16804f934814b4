import { whole } from "./format";
import { useAppState, useItem } from "./hooks";
import classes from "./SourceTag.module.css";

/** Stands wherever a result is shown that does not come from the real data set. */
export function SourceTag() {
  const data = useAppState((state) => state.data);
  return data?.spec.source === "synthetic" ? <SyntheticTag note={data.sourceNote} /> : null;
}

/** @param note why the garments are synthetic */
export function SyntheticTag({ note }: { note: string }) {
  return (
    <span className={classes.tag} title={note}>
      synthetic garments
    </span>
  );
}

/** Which images these are, how many, and how they are divided; or how far loading is. */
export function SourceLine() {
  const item = useItem();
  const data = useAppState((state) => state.data);
  const loading = useAppState((state) => state.loading);
  if (!data) {
    const share =
      loading && loading.totalBytes > 0
        ? Math.round((100 * loading.loadedBytes) / loading.totalBytes)
        : null;
    const words = loading
      ? `Loading the ${item.many}${share === null ? "" : `, ${share}%`}…`
      : `No ${item.many} yet`;
    return (
      <p className={classes.line} data-testid="data-source" role="status">
        {words}
      </p>
    );
  }
  const { spec, sourceNote, trainImages, validationImages, testImages } = data;
  return (
    <p className={classes.line} data-testid="data-source">
      {spec.source === "synthetic" ? <SourceTag /> : spec.title}
      <span>
        {whole(trainImages)} training · {whole(validationImages)} validation · {whole(testImages)}{" "}
        test images
      </span>
      {spec.source === "synthetic" && sourceNote && <span>{sourceNote}</span>}
    </p>
  );
}
