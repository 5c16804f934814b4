import { useState } from "react";
import type { DataChange, OwnData } from "../../../../datasets/own-data";
import controls from "../../../kit/Controls.module.css";
import { useApp, useRuns } from "../../../kit/hooks";
import { CloseIcon } from "../../../kit/icons";
import { ClassList } from "./ClassList";
import { PictureGrid } from "./PictureGrid";
import classes from "./SetEditor.module.css";

interface Props {
  readonly set: OwnData;
  /** Called with the id that the set has after a change. */
  readonly onChanged: (id: string) => void;
  readonly onClose: () => void;
}

/** Classes and pictures of a kept data set, to be changed before it is trained on. */
export default function SetEditor({ set, onChanged, onClose }: Props) {
  const { ownData } = useApp();
  const [isBusy, setBusy] = useState(false);
  const [areStaged, setStaged] = useState(false);
  const [marked, setMarked] = useState<ReadonlySet<number>>(NONE);
  const { id, title, classNames } = set.spec;

  const change = async (wanted: DataChange) => {
    setBusy(true);
    const changed = await ownData.change(id, wanted);
    setBusy(false);
    if (!changed) return;
    setMarked(NONE);
    setStaged(false);
    onChanged(changed.spec.id);
  };

  return (
    <section
      className={classes.editor}
      aria-labelledby="set-editor"
      aria-busy={isBusy}
      data-testid="set-editor"
    >
      <header className={classes.header}>
        <h2 id="set-editor">Edit {title}</h2>
        <button type="button" className={controls.quiet} onClick={onClose}>
          <CloseIcon size={14} /> Close
        </button>
      </header>
      <Meaning id={id} />
      <div className={classes.sides}>
        <ClassList
          key={`${id} ${classNames.join("\n")}`}
          set={set}
          // Numbers of pictures are those of the set as it is.
          obstacle={marked.size > 0 ? "Delete the marked pictures, or unmark them, first." : null}
          isBusy={isBusy}
          onStaged={setStaged}
          onSave={(wanted) => void change({ kind: "classes", classes: wanted })}
        />
        <PictureGrid
          key={id}
          set={set}
          marked={marked}
          obstacle={areStaged ? "Save the changes of classes, or discard them, first." : null}
          isBusy={isBusy}
          onMark={setMarked}
          onDelete={() =>
            void change({ kind: "without", images: [...marked].sort((a, b) => a - b) })
          }
        />
      </div>
    </section>
  );
}

const NONE: ReadonlySet<number> = new Set();

/** What a change means for runs that were trained on the set as it is. */
function Meaning({ id }: { readonly id: string }) {
  const runs = useRuns(
    ({ records }) => records?.filter(({ config }) => config.data === id).length ?? 0,
  );
  return (
    <p className={classes.meaning}>
      {runs === 0
        ? "A changed set takes the place of this one, which can be put back until the page is left. "
        : `${runs === 1 ? "One kept run was" : `${runs} kept runs were`} trained on this set as it is: it stays for ${runs === 1 ? "that run" : "them"}, and the changed one stands beside it. `}
      Nets that are trained on the changed set are other nets: compare them only with such.
    </p>
  );
}
