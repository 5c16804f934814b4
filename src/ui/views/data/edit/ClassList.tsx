import { useEffect, useState } from "react";
import type { NewClass, OwnData } from "../../../../datasets/own-data";
import controls from "../../../kit/Controls.module.css";
import { whole } from "../../../kit/format";
import names from "../../../kit/NameField.module.css";
import {
  type Group,
  groupsOf,
  groupsProblem,
  imagesOf,
  isChanged,
  keyOf,
  leftOut,
  merged,
  newClasses,
  renamed,
  split,
} from "./groups";
import classes from "./SetEditor.module.css";

interface Props {
  readonly set: OwnData;
  /** Why changes cannot be saved now; null where they can. */
  readonly obstacle: string | null;
  readonly isBusy: boolean;
  /** Told whether there are changes that are not saved. */
  readonly onStaged: (areStaged: boolean) => void;
  readonly onSave: (classes: readonly NewClass[]) => void;
}

/** The set's classes to rename, merge and leave out; nothing is changed before it is saved. */
export function ClassList({ set, obstacle, isBusy, onStaged, onSave }: Props) {
  const [groups, setGroups] = useState(() => groupsOf(set));
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const areStaged = isChanged(groups, set);
  useEffect(() => onStaged(areStaged), [areStaged, onStaged]);
  const problem = groupsProblem(groups, set);
  const update = (next: readonly Group[]) => {
    setGroups(next);
    setChosen(new Set());
  };
  const choose = (key: number) => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    setChosen(next);
  };
  return (
    <section className={classes.classes} aria-labelledby="set-classes">
      <h3 id="set-classes">Classes</h3>
      <ul>
        {groups.map((group) => {
          const key = keyOf(group);
          const { name, isOut, of } = group;
          return (
            <li key={key} data-out={isOut || undefined}>
              <input
                type="checkbox"
                aria-label={`Choose ${name}`}
                checked={chosen.has(key)}
                disabled={isOut}
                onChange={() => choose(key)}
              />
              <input
                className={`${names.field} ${classes.name}`}
                aria-label={`Name of ${set.spec.classNames[key] ?? name}`}
                value={name}
                maxLength={60}
                spellCheck={false}
                disabled={isOut}
                onChange={(event) => setGroups(renamed(groups, key, event.currentTarget.value))}
              />
              <span className={classes.count} data-figures>
                {whole(imagesOf(group, set))}
              </span>
              {of.length > 1 ? (
                <button
                  type="button"
                  className={classes.small}
                  aria-label={`Split again ${name}`}
                  title={of.map((id) => set.spec.classNames[id]).join(" + ")}
                  onClick={() => update(split(groups, key, set))}
                >
                  Split again
                </button>
              ) : (
                <button
                  type="button"
                  className={classes.small}
                  aria-label={`${isOut ? "Take in" : "Leave out"} ${name}`}
                  onClick={() => update(leftOut(groups, key, !isOut))}
                >
                  {isOut ? "Take in" : "Leave out"}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      <div className={classes.buttons}>
        <button
          type="button"
          className={`${controls.quiet} ${classes.merge}`}
          disabled={chosen.size < 2}
          onClick={() => update(merged(groups, chosen))}
        >
          Merge{chosen.size > 1 && ` ${chosen.size} classes`}
        </button>
        {areStaged && (
          <button type="button" className={controls.quiet} onClick={() => update(groupsOf(set))}>
            Discard
          </button>
        )}
        <button
          type="button"
          className={controls.go}
          disabled={!areStaged || problem !== null || obstacle !== null || isBusy}
          onClick={() => onSave(newClasses(groups))}
        >
          Save the classes
        </button>
      </div>
      <p className={classes.note} role="status">
        {areStaged
          ? (problem ?? obstacle ?? "Not saved yet.")
          : "Choose two or more to merge them."}
      </p>
    </section>
  );
}
