import { shownFor } from "./Answer";
import classes from "./Judgement.module.css";
import type { Verdict } from "./judge";
import { Markdown } from "./Markdown";
import { type Choice, type Judge, type Lesson, questionOf, type Slider } from "./parse";
import { judged, type LessonProgress } from "./progress";
import type { Inline } from "./text";

interface Props {
  readonly lesson: Lesson;
  readonly judge: Judge;
  readonly progress: LessonProgress;
}

/** A guess beside what came out, on one scale, and what the difference tells. */
export function Judgement({ lesson, judge, progress }: Props) {
  const question = questionOf(lesson, judge.of);
  const verdict = judged(lesson, judge, progress);
  if (!question || !verdict) {
    return (
      <div className={classes.judgement} data-testid="lesson-judgement" aria-live="polite">
        <p className={classes.waiting}>Your guess is held against the result here.</p>
      </div>
    );
  }
  const say = (parts: readonly Inline[]) => (
    <Markdown
      blocks={[{ kind: "paragraph", inside: parts }]}
      shownFor={(of, figure) =>
        of === "value" ? verdict.valueText : shownFor(lesson, progress, of, figure)
      }
    />
  );
  return (
    <div
      className={classes.judgement}
      data-outcome={verdict.outcome}
      data-testid="lesson-judgement"
      aria-live="polite"
    >
      {question.kind === "slider" ? (
        <>
          <p className={classes.verdict}>{sliderWords(verdict)}</p>
          <Scale slider={question} verdict={verdict} />
        </>
      ) : (
        <>
          {judge.by === "choice" && say(judge.says)}
          <Options choice={question} verdict={verdict} />
        </>
      )}
      {verdict.outcome !== "skipped" && say(tellOf(judge, verdict))}
    </div>
  );
}

function tellOf(judge: Judge, { outcome, said }: Verdict): readonly Inline[] {
  if (judge.by === "choice") return judge.tells[said ?? 0] ?? [];
  return outcome === "over" || outcome === "under" ? judge.tells[outcome] : judge.tells.right;
}

function sliderWords({ outcome, saidText, valueText, offText }: Verdict) {
  if (outcome === "skipped") {
    return (
      <>
        It came to <b>{valueText}</b>.
      </>
    );
  }
  const off =
    outcome === "right"
      ? "well guessed"
      : `${offText} too ${outcome === "over" ? "much" : "little"}`;
  return (
    <>
      You said {saidText}, it came to <b>{valueText}</b>: {off}.
    </>
  );
}

/** Both on the question's own line; what lies beyond its ends stands at them. */
function Scale({ slider, verdict }: { slider: Slider; verdict: Verdict }) {
  const { from, to } = slider;
  const placeOf = (value: number) => 100 * Math.min(1, Math.max(0, (value - from) / (to - from)));
  const mark = (kind: "said" | "came", value: number, words: string) => {
    const at = placeOf(value);
    return (
      <>
        <i className={classes.mark} data-kind={kind} style={{ left: `${at}%` }} />
        {/* Its own share of its width to the left: at the ends it stays within the scale. */}
        <span
          className={classes.label}
          data-kind={kind}
          style={{ left: `${at}%`, transform: `translateX(-${at}%)` }}
        >
          {words}
        </span>
      </>
    );
  };
  return (
    <div className={classes.scale} aria-hidden="true" data-figures>
      {verdict.said !== null && mark("said", verdict.said, `your guess ${verdict.saidText}`)}
      {mark("came", verdict.value, `it came to ${verdict.valueText}`)}
    </div>
  );
}

function Options({ choice, verdict }: { choice: Choice; verdict: Verdict }) {
  return (
    <ul className={classes.options}>
      {choice.options.map((option, place) => (
        <li
          key={option}
          data-right={place === verdict.right || undefined}
          data-said={place === verdict.said || undefined}
        >
          {option}
          {noteOf(place, verdict) && <em>{noteOf(place, verdict)}</em>}
        </li>
      ))}
    </ul>
  );
}

function noteOf(place: number, { right, said }: Verdict): string {
  if (place === right) return place === said ? "right, as you said" : "right";
  return place === said ? "your guess" : "";
}
