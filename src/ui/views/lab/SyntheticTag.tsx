import tag from "../../kit/SourceTag.module.css";
import { useBenchState } from "./bench";

/** Stands where a result is shown that does not come from the real data set. */
export function SyntheticTag() {
  const source = useBenchState((state) => state.spec?.source);
  const note = useBenchState((state) => state.sourceNote);
  if (source !== "synthetic") return null;
  return (
    <span className={tag.tag} title={note}>
      synthetic garments
    </span>
  );
}
