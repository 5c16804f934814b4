import { DATA_SETS } from "../../../../datasets/catalogue";
import controls from "../../../kit/Controls.module.css";
import { useApp, useOwnData } from "../../../kit/hooks";
import { PlusIcon } from "../../../kit/icons";
import { BuiltInCard } from "./BuiltInCard";
import classes from "./DataSets.module.css";
import { OwnCard } from "./OwnCard";

interface Props {
  /** The set whose classes and pictures are being changed. */
  readonly editing: string | null;
  readonly onEdit: (id: string | null) => void;
}

/** All data sets that there are to train on, and the way to bring another. */
export function DataSets({ editing, onEdit }: Props) {
  const { ownData } = useApp();
  const sets = useOwnData((state) => state.sets);
  return (
    <section className={classes.section} aria-labelledby="data-sets">
      <h2 id="data-sets">Data sets</h2>
      <ul className={classes.sets} data-testid="data-sets">
        {DATA_SETS.map((spec) => (
          <li key={spec.id}>
            <BuiltInCard spec={spec} />
          </li>
        ))}
        {sets?.map((set) => (
          <li key={set.spec.id}>
            <OwnCard
              set={set}
              isEdited={editing === set.spec.id}
              onEdit={() => onEdit(editing === set.spec.id ? null : set.spec.id)}
            />
          </li>
        ))}
        <li>
          <button type="button" className={classes.bring} onClick={ownData.start}>
            <PlusIcon size={20} />
            <b>Your own images …</b>
            <span>Files, a folder, an address or the camera. Nothing leaves this machine.</span>
          </button>
        </li>
      </ul>
      <Removed />
    </section>
  );
}

/** The set that was deleted last, or changed, while it can be put back as it was. */
function Removed() {
  const { ownData } = useApp();
  const removed = useOwnData((state) => state.removed);
  const isChanged = useOwnData(({ sets }) =>
    sets?.some(({ spec }) => spec.title === removed?.spec.title),
  );
  return (
    <div role="status">
      {removed && (
        <p className={classes.removed}>
          {removed.spec.title}
          {isChanged && " as it was before the change"} is deleted.
          <button type="button" className={controls.quiet} onClick={() => void ownData.putBack()}>
            Undo
          </button>
        </p>
      )}
    </div>
  );
}
