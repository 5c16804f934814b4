import classes from "./Guesses.module.css";
import { answerText } from "./judge";
import { LessonLink } from "./LessonLink";
import { isQuestion, type Lesson, partsOf, type Question } from "./parse";
import { type AllProgress, judged, type LessonProgress, NOTHING_DONE } from "./progress";

interface Props {
  readonly lessons: readonly Lesson[];
  readonly progress: AllProgress;
}

/** The whole course on one page: each question, what was guessed, and what came out. */
export function Guesses({ lessons, progress }: Props) {
  const all = lessons.flatMap((lesson) => judgementsOf(lesson, progress));
  const held = all.filter(({ outcome }) => outcome === "right" || outcome === "wrong");
  const right = held.filter(({ outcome }) => outcome === "right").length;
  return (
    <>
      <p className={classes.sum} data-testid="guesses-sum">
        {held.length === 0
          ? "No guess has been held against a result yet."
          : `Right guesses: ${right} of ${held.length}. The others are those that taught something.`}
      </p>
      {lessons.map((lesson) => (
        <section key={lesson.id} className={classes.lesson}>
          <h3>
            <LessonLink id={lesson.id}>{lesson.title}</LessonLink>
          </h3>
          <dl>
            {all
              .filter((row) => row.lesson === lesson)
              .map(({ question, said, came, outcome }) => (
                <div key={question.name} data-outcome={outcome ?? undefined}>
                  <dt>{question.ask}</dt>
                  <dd>
                    {said ?? "No guess yet"}
                    {came !== null && (
                      <>
                        {" → "}
                        <b data-figures>{came}</b>
                      </>
                    )}
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </>
  );
}

interface Row {
  readonly lesson: Lesson;
  readonly question: Question;
  readonly said: string | null;
  readonly came: string | null;
  /** Null where nothing was held against anything yet. */
  readonly outcome: "right" | "wrong" | null;
}

function judgementsOf(lesson: Lesson, all: AllProgress): Row[] {
  const progress = all[lesson.id] ?? NOTHING_DONE;
  return partsOf(lesson)
    .filter(isQuestion)
    .map((question) => ({ lesson, question, ...rowOf(lesson, question, progress) }));
}

function rowOf(lesson: Lesson, question: Question, progress: LessonProgress) {
  const answer = progress.answers[question.name];
  const isSkipped = progress.skipped.includes(question.name);
  const said =
    answer === undefined ? (isSkipped ? "No guess" : null) : answerText(question, answer);
  const judge = partsOf(lesson).find((part) => part.kind === "judge" && part.of === question.name);
  const verdict = judge?.kind === "judge" ? judged(lesson, judge, progress) : null;
  if (!verdict) return { said, came: null, outcome: null };
  const right = question.kind === "choice" ? question.options[verdict.right ?? 0] : undefined;
  const words = verdict.outcome === "right" ? "right" : right;
  const came = words === undefined ? verdict.valueText : `${words} (${verdict.valueText})`;
  if (verdict.outcome === "skipped") return { said, came, outcome: null };
  return { said, came, outcome: verdict.outcome === "right" ? "right" : "wrong" } as const;
}
