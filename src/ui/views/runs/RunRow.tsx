import { UnstyledButton } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { netTitle } from "../../../config/recipes";
import { statusOf } from "../../../state/runs";
import { isActive } from "../../../state/state";
import { isAsItCame, stopOf } from "../../../state/stopped";
import { isImported } from "../../../state/stored";
import { type RunRecord, specOf } from "../../../storage/record";
import { rate, ssim, stopPlace, when } from "../../kit/format";
import { useApp, useAppState, useRuns } from "../../kit/hooks";
import { StarIcon } from "../../kit/icons";
import { NameField } from "../../kit/NameField";
import { lazyPart } from "../../kit/parts/lazyPart";
import { Part } from "../../kit/parts/Part";
import { ContinueForm } from "./ContinueForm";
import { STATUS_WORDS, writeupSsim } from "./order";
import classes from "./RunRow.module.css";
import { Sparkline } from "./Sparkline";
import { differences } from "./words";

const ExportPanel = lazyPart("ui/views/runs/ExportPanel", () => import("./ExportPanel"));

interface Props {
  readonly record: RunRecord;
  readonly now: number;
  readonly compared: boolean;
  /** Null where no more runs can be compared. */
  readonly onCompare: (() => void) | null;
}

/** What stands open below the row. */
type Opened = "continue" | "export" | null;

/** One kept run: what it was, how it went, and what can be done with it. */
export function RunRow({ record, now, compared, onCompare }: Props) {
  const { runs } = useApp();
  const [opened, setOpened] = useState<Opened>(null);
  const status = useRuns((state) => statusOf(state, record));
  const isCurrent = useAppState(({ currentNet }) => currentNet === record.id);
  const { id, name, starred, config, start, result, progress, losses } = record;
  const changes = differences(config, specOf(record));
  const score = writeupSsim(record);
  const stop = stopOf({ ...record, started: start });
  const asItCame =
    stop !== null &&
    isAsItCame({ imported: isImported(progress), losses: { count: losses.length } });
  return (
    <>
      <tr className={classes.row} data-testid="run" data-run={id} data-status={status}>
        <td className={classes.marks}>
          <input
            type="checkbox"
            aria-label={`Compare ${name}`}
            checked={compared}
            disabled={onCompare === null}
            onChange={onCompare ?? undefined}
          />
          <UnstyledButton
            className={classes.star}
            aria-label={`Star ${name}`}
            aria-pressed={starred}
            onClick={() => runs.star(id, !starred)}
          >
            <StarIcon size={17} filled={starred} />
          </UnstyledButton>
        </td>
        <th scope="row" className={classes.name}>
          <NameField
            name={name}
            className={classes.field}
            onRename={(typed) => runs.rename(id, typed)}
          />
          <small>
            {isCurrent && <b title="Images, Lab and Space look at this run">looked at · </b>}
            <time dateTime={new Date(record.createdAt).toISOString()}>
              {when(record.createdAt, now)}
            </time>
            {start && (
              <>
                {" · "}
                {start.deviceLabel}
                {record.imagesPerSecond > 0 && `, ${rate(record.imagesPerSecond)} images/s`}
              </>
            )}
          </small>
        </th>
        <td className={classes.net}>
          {netTitle(config)}
          <small>
            <b data-figures>{config.latentSize}</b> {config.latentSize === 1 ? "number" : "numbers"}{" "}
            · seed {config.seed}
            {changes.length > 0 && ` · ${changes.join(" · ")}`}
          </small>
        </td>
        <td data-label="Validation loss">
          <Sparkline epochs={record.epochs} />
        </td>
        <td data-label="SSIM, PCA’s" className={classes.scores}>
          {score === null ? (
            "–"
          ) : (
            <>
              <b data-figures title="By the write-up’s protocol">
                {ssim(score)}
              </b>
              <span data-figures>{result ? ssim(result.pca.ssimWriteup) : ""}</span>
              {!result && <small>so far, on the validation images</small>}
              {result?.data === "synthetic" && <small>synthetic garments</small>}
            </>
          )}
        </td>
        <td data-label="Epochs" className={classes.status}>
          <span data-figures>
            {progress?.epoch ?? result?.epochs ?? 0} of {config.epochs}
          </span>
          <small
            data-status={status}
            title={stop && !asItCame ? `Stopped ${stopPlace(stop)}` : undefined}
          >
            {asItCame ? "imported" : STATUS_WORDS[status]}
            {!asItCame && stop && ", stopped"}
          </small>
        </td>
        <td className={classes.actions}>
          <Actions record={record} opened={opened} onOpen={setOpened} />
        </td>
      </tr>
      {opened && (
        <tr className={classes.more}>
          <td colSpan={7}>
            {opened === "continue" ? (
              <ContinueForm record={record} onDone={() => setOpened(null)} />
            ) : (
              <Part name="The export">
                <ExportPanel record={record} />
              </Part>
            )}
          </td>
        </tr>
      )}
    </>
  );
}

interface ActionsProps {
  readonly record: RunRecord;
  readonly opened: Opened;
  readonly onOpen: (opened: Opened) => void;
}

function Actions({ record, opened, onOpen }: ActionsProps) {
  const app = useApp();
  const { id, name } = record;
  const status = useRuns((state) => statusOf(state, record));
  const isHere = useAppState(({ run }) => run?.id === id);
  const busy = useAppState((state) => isActive(state.run));
  const toggle = (what: Opened) => onOpen(opened === what ? null : what);
  const toTrain = () => {
    window.location.hash = "train";
  };
  if (status === "running" || status === "paused") {
    return isHere ? (
      <Action name="Show" of={name} act={toTrain} />
    ) : (
      <span className={classes.elsewhere}>in another tab</span>
    );
  }
  const why = busy ? "Another run is under way in this tab" : undefined;
  return (
    <>
      <Action
        name="Open"
        of={name}
        act={() => void app.openRun(id).then(toTrain)}
        disabled={busy && !isHere}
        why={why}
      />
      {status === "interrupted" && record.progress && (
        <Action
          name="Resume"
          of={name}
          act={() => void app.resumeRun(id)}
          disabled={busy}
          why={why}
          strong
        />
      )}
      {status === "finished" && record.progress && (
        <Action
          name="Train on"
          of={name}
          act={() => toggle("continue")}
          expanded={opened === "continue"}
          disabled={busy}
          why={why}
        />
      )}
      <Action name="Export" of={name} act={() => toggle("export")} expanded={opened === "export"} />
      <Action name="Delete" of={name} act={() => app.runs.remove(id)} />
    </>
  );
}

interface ActionProps {
  readonly name: ReactNode & string;
  /** The run, for those who hear the buttons one by one. */
  readonly of: string;
  readonly act: () => void;
  readonly disabled?: boolean;
  /** Why it is disabled. */
  readonly why?: string | undefined;
  readonly strong?: boolean;
  /** Whether what it opens below the row is open. */
  readonly expanded?: boolean;
}

function Action({ name, of, act, disabled = false, why, strong, expanded }: ActionProps) {
  return (
    <UnstyledButton
      className={classes.action}
      aria-label={`${name} ${of}`}
      title={disabled ? why : undefined}
      disabled={disabled}
      aria-expanded={expanded}
      data-strong={strong || undefined}
      onClick={act}
    >
      {name}
    </UnstyledButton>
  );
}
