import { Menu } from "@mantine/core";
import { Fragment, type ReactNode } from "react";
import { type NetDraft, placeBefore } from "../../../../nets/edit";
import { GROUPS, KINDS, type LayerKind, NEW_KINDS, takes } from "../../../../nets/kinds";
import classes from "./Lane.module.css";

interface Props {
  readonly draft: NetDraft;
  /** Id of the layer before which the new one goes; null for the end. */
  readonly before: string | null;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onChoose: (kind: LayerKind) => void;
  /** The button that opens it. */
  readonly children: ReactNode;
}

/** The kinds that can be put in at a place, in groups; those that take another shape are grey. */
export function InsertMenu({ draft, before, isOpen, onClose, onChoose, children }: Props) {
  return (
    <Menu
      opened={isOpen}
      onClose={onClose}
      position="bottom"
      offset={4}
      radius={6}
      shadow="none"
      transitionProps={{ duration: 0 }}
      middlewares={{ flip: true, shift: { padding: 12 }, size: { padding: 12 } }}
      // Not the very key that opens it.
      clickOutsideEvents={["mousedown", "touchstart"]}
      returnFocus
    >
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown className={classes.menu ?? ""} aria-label="Kinds of layers">
        {isOpen && <Kinds draft={draft} before={before} onChoose={onChoose} />}
      </Menu.Dropdown>
    </Menu>
  );
}

function Kinds({ draft, before, onChoose }: Pick<Props, "draft" | "before" | "onChoose">) {
  const { shape } = placeBefore(draft, before);
  const groups = Object.entries(GROUPS).map(([group, title]) => ({
    title,
    kinds: NEW_KINDS.filter((kind) => KINDS[kind].group === group),
  }));
  return groups
    .filter(({ kinds }) => kinds.length > 0)
    .map(({ title, kinds }) => (
      <Fragment key={title}>
        <Menu.Label className={classes.group ?? ""}>{title}</Menu.Label>
        {kinds.map((kind) => (
          <Menu.Item
            key={kind}
            className={classes.kind ?? ""}
            disabled={!takes(kind, shape)}
            onClick={() => onChoose(kind)}
          >
            {KINDS[kind].title}
          </Menu.Item>
        ))}
      </Fragment>
    ));
}
