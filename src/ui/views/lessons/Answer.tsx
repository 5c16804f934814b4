import { useEffect, useRef } from "react";
import { IMAGE_SIDE } from "../../../config/config";
import { greyPixels } from "../../pictures/draw";
import classes from "./Answer.module.css";
import { figureText } from "./figures";
import { Markdown } from "./Markdown";
import type { Pictures } from "./measure";
import type { Lesson, Answer as LessonAnswer, Question } from "./parse";
import { answerText, figuresToEnd, isComplete, type LessonProgress } from "./progress";

interface Props {
  readonly lesson: Lesson;
  readonly part: LessonAnswer;
  readonly progress: LessonProgress;
  readonly pictures: Readonly<Record<string, Pictures>>;
}

/** What came out, once every question and run that it speaks of is there. */
export function Answer({ lesson, part, progress, pictures }: Props) {
  const parts = lesson.steps.flatMap((step) => step.parts);
  const questions = parts.filter(
    (each): each is Question => each.kind === "slider" || each.kind === "choice",
  );
  const isThere = isAnswerThere(lesson, part, progress);
  const shownFor = (of: string, figure: string | null): string => {
    if (figure !== null) return figureText(figure, progress.runs[of]?.[figure] ?? Number.NaN);
    const question = questions.find(({ name }) => name === of);
    return question ? answerText(question, progress.answers[of] ?? Number.NaN) : "";
  };
  return (
    <div className={classes.answer} data-testid="lesson-answer" aria-live="polite">
      {isThere ? (
        <Markdown
          blocks={part.blocks}
          shownFor={shownFor}
          pictures={(of) => (pictures[of] ? <PictureStrip pictures={pictures[of]} /> : null)}
        />
      ) : (
        <p className={classes.waiting}>The answer comes here.</p>
      )}
    </div>
  );
}

/** Whether all that the answer speaks of is there, each figure included. */
function isAnswerThere(lesson: Lesson, part: LessonAnswer, progress: LessonProgress): boolean {
  const parts = lesson.steps.flatMap((step) => step.parts);
  return part.needs.every((name) => {
    const run = parts.find((each) => each.kind === "run" && each.name === name);
    if (run?.kind !== "run") return progress.answers[name] !== undefined;
    return isComplete(run, figuresToEnd(run, progress));
  });
}

/** Originals above, what the net made of them below. */
function PictureStrip({ pictures: { count, originals, reconstructions } }: { pictures: Pictures }) {
  return (
    <figure className={classes.pictures}>
      <Row pixels={originals} count={count} label="Bags" />
      <Row pixels={reconstructions} count={count} label="What the net makes of them" />
      <figcaption>Bags above, and what the net makes of them.</figcaption>
    </figure>
  );
}

function Row({ pixels, count, label }: { pixels: Uint8Array; count: number; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const size = IMAGE_SIDE * IMAGE_SIDE;
    for (let i = 0; i < count; i++) {
      const image = greyPixels(pixels.subarray(i * size, (i + 1) * size));
      context.putImageData(new ImageData(image, IMAGE_SIDE, IMAGE_SIDE), i * IMAGE_SIDE, 0);
    }
  }, [pixels, count]);
  return (
    <canvas
      ref={canvas}
      className={classes.row}
      role="img"
      aria-label={label}
      width={count * IMAGE_SIDE}
      height={IMAGE_SIDE}
    />
  );
}
