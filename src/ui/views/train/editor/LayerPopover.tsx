import { NativeSelect, Popover, Switch, UnstyledButton } from "@mantine/core";
import { type ReactNode, useId } from "react";
import {
  changeLayer,
  type Edited,
  followedBy,
  markCode,
  type NetDraft,
  placeBefore,
  setFollowed,
} from "../../../../nets/edit";
import {
  asKind,
  KINDS,
  type LayerKind,
  type LayerSetting,
  NEW_KINDS,
  settingsOfLayer,
  takes,
} from "../../../../nets/kinds";
import { BackIcon, CloseIcon, ForwardIcon } from "../../../kit/icons";
import { NumberField } from "../../../kit/NumberField";
import form from "../../../kit/Settings.module.css";
import { TypedField } from "../../../kit/TypedField";
import classes from "./LayerPopover.module.css";
import type { LaneLayer } from "./lane";

interface Props {
  readonly layer: LaneLayer;
  readonly draft: NetDraft;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onEdit: (edited: Edited, words: string) => void;
  readonly onRemove: () => void;
  readonly onShift: (by: 1 | -1) => void;
  readonly canShift: (by: 1 | -1) => boolean;
  /** The layer's mark, which opens it. */
  readonly children: ReactNode;
}

/** A layer's settings, over the page beside its mark. */
export function LayerPopover({ isOpen, onClose, children, ...props }: Props) {
  const title = useId();
  return (
    <Popover
      opened={isOpen}
      onChange={(opened) => !opened && onClose()}
      position="bottom"
      offset={6}
      width={268}
      radius={6}
      transitionProps={{ duration: 0 }}
      // On a phone it may lie over its mark: better than beyond the window.
      middlewares={{ flip: true, shift: { padding: 12, crossAxis: true } }}
      trapFocus
      returnFocus
    >
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown className={classes.panel ?? ""} aria-labelledby={title}>
        {isOpen && <Settings {...props} titleId={title} onClose={onClose} />}
      </Popover.Dropdown>
    </Popover>
  );
}

type SettingsProps = Omit<Props, "isOpen" | "children"> & { readonly titleId: string };

function Settings({
  layer,
  draft,
  titleId,
  onClose,
  onEdit,
  onRemove,
  onShift,
  canShift,
}: SettingsProps) {
  const { id, layer: own, part, problem, shape } = layer;
  const { title } = KINDS[own.kind];
  const change = (changed: LaneLayer["layer"], words = "Set.") =>
    onEdit(changeLayer(draft, id, changed), words);
  const isLast = draft.layers.at(-1)?.id === id;
  return (
    <>
      <header className={classes.header}>
        <h3 id={titleId}>{title}</h3>
        <UnstyledButton className={classes.icon} aria-label="Close" onClick={onClose}>
          <CloseIcon size={14} />
        </UnstyledButton>
      </header>
      {problem !== "" && <p className={classes.problem}>{problem}</p>}
      {draft.isMirrored && part === "decoder" && (
        <p className={classes.note}>
          It mirrors the encoder. Changed here, the decoder is one of its own.
        </p>
      )}
      <div className={classes.fields}>
        <Kind layer={layer} draft={draft} onChange={change} />
        {settingsOfLayer(own).map((setting) => (
          <Field key={setting.label} setting={setting} onChange={change} />
        ))}
      </div>
      {!isLast && <Following layer={layer} draft={draft} onEdit={onEdit} />}
      {part === "code" ? (
        <p className={classes.note}>What it makes is the code{shape && `: ${shape}`}.</p>
      ) : (
        !isLast && (
          <UnstyledButton
            className={classes.action}
            onClick={() => onEdit(markCode(draft, id), "It is the code now.")}
          >
            Make its output the code
          </UnstyledButton>
        )
      )}
      <div className={classes.actions}>
        <UnstyledButton
          className={classes.icon}
          aria-label="Move to the left"
          disabled={!canShift(-1)}
          onClick={() => onShift(-1)}
        >
          <BackIcon size={14} />
        </UnstyledButton>
        <UnstyledButton
          className={classes.icon}
          aria-label="Move to the right"
          disabled={!canShift(1)}
          onClick={() => onShift(1)}
        >
          <ForwardIcon size={14} />
        </UnstyledButton>
        <UnstyledButton className={classes.action} onClick={onRemove}>
          Take away
        </UnstyledButton>
      </div>
    </>
  );
}

interface KindProps {
  readonly layer: LaneLayer;
  readonly draft: NetDraft;
  readonly onChange: (layer: LaneLayer["layer"], words: string) => void;
}

/** What kind it is; others keep what they have in common with it. */
function Kind({ layer: { id, layer: own }, draft, onChange }: KindProps) {
  const place = { ...placeBefore(draft, id), isLast: draft.layers.at(-1)?.id === id };
  const kinds = NEW_KINDS.filter((kind) => kind === own.kind || takes(kind, place.shape));
  if (!kinds.includes(own.kind)) return null;
  const choose = (name: string) => {
    const kind = kinds.find((each) => each === name);
    const changed = kind && asKind(own, kind, place);
    if (kind && changed) onChange(changed, `It is ${KINDS[kind].title} now.`);
  };
  return (
    <NativeSelect
      size="xs"
      className={classes.wide ?? ""}
      classNames={{ input: form.select, label: form.name }}
      label="Kind"
      value={own.kind}
      onChange={({ currentTarget }) => choose(currentTarget.value)}
      data={kinds.map((kind: LayerKind) => ({ value: kind, label: KINDS[kind].title }))}
    />
  );
}

interface FieldProps {
  readonly setting: LayerSetting;
  readonly onChange: (layer: LaneLayer["layer"]) => void;
}

function Field({ setting, onChange }: FieldProps) {
  switch (setting.type) {
    case "number":
      return (
        <NumberField
          rule={setting.rule}
          label={setting.label}
          value={setting.value}
          onCommit={(value) => onChange(setting.with(value))}
        />
      );
    case "sides":
      return (
        <TypedField
          type={sidesType(setting)}
          label={setting.label}
          value={setting.value}
          onCommit={(value) => onChange(setting.with(value))}
        />
      );
    case "choice":
      return (
        <NativeSelect
          size="xs"
          classNames={{ input: form.select, label: form.name }}
          label={setting.label}
          value={setting.value}
          onChange={({ currentTarget }) => onChange(setting.with(currentTarget.value))}
          data={Object.entries(setting.options).map(([value, label]) => ({ value, label }))}
        />
      );
  }
}

/** "14x14x32" for [14, 14, 32] */
function sidesType({ counts, rule }: Extract<LayerSetting, { type: "sides" }>) {
  const example = [14, 14, 32].slice(0, counts.at(-1)).join("x");
  return {
    allowed: `sides from ${rule.min} to ${rule.max}, such as ${example}`,
    write: (sides: readonly number[]) => sides.join("x"),
    read(text: string): readonly number[] | undefined {
      const sides = text.trim().split(/\s*[x×]\s*/);
      const numbers = sides.map((side) => (/^\d+$/.test(side) ? Number(side) : Number.NaN));
      const isAllowed = numbers.every((side) => side >= rule.min && side <= rule.max);
      return isAllowed && counts.includes(numbers.length) ? numbers : undefined;
    },
  };
}

/** Batch normalisation and dropout right behind a layer: they are layers of their own. */
function Following({
  layer: { id, layer: own },
  draft,
  onEdit,
}: Pick<Props, "layer" | "draft" | "onEdit">) {
  if (own.kind === "batchNorm" || own.kind === "dropout" || own.kind === "flatten") return null;
  const row = (kind: "batchNorm" | "dropout") => (
    <Switch
      size="xs"
      label={KINDS[kind].title}
      checked={followedBy(draft, id, kind) !== null}
      onChange={({ currentTarget }) =>
        onEdit(setFollowed(draft, id, kind, currentTarget.checked), "Set.")
      }
    />
  );
  return (
    <div className={classes.following}>
      {row("batchNorm")}
      {row("dropout")}
    </div>
  );
}
