import { UnstyledButton } from "@mantine/core";
import type { AnswerFailure } from "../../../state/answer-failure";
import actions from "../Actions.module.css";
import { useOnline } from "../hooks";
import { WarningIcon } from "../icons";
import { useRenewal } from "./Part";
import classes from "./PartFailure.module.css";

/** What a view's questions failed of; where they may be answered yet, with the way to ask anew. */
export function Trouble({ failure }: { readonly failure: AnswerFailure }) {
  const { message, remedy, isPassing } = failure;
  const renew = useRenewal();
  useOnline(isPassing, renew);
  return (
    <div className={classes.failure} role="alert" data-testid="trouble">
      <WarningIcon size={20} />
      <p>
        <strong>{message}</strong> {remedy}
      </p>
      {isPassing && (
        <UnstyledButton className={actions.primary} onClick={renew}>
          Try again
        </UnstyledButton>
      )}
    </div>
  );
}
