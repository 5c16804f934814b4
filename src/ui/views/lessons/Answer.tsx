import { useEffect, useRef } from "react";
import { type ImageShape, sizeOf } from "../../../math/image-set";
import { paintRaster } from "../../figure/picture";
import { paintImage } from "../../pictures/draw";
import classes from "./Answer.module.css";
import { figureText } from "./figures";
import { answerText } from "./judge";
import { Markdown } from "./Markdown";
import type { Pictures } from "./measure";
import { type Lesson, type Answer as LessonAnswer, questionOf } from "./parse";
import { areThere, type LessonProgress } from "./progress";

interface Props {
  readonly lesson: Lesson;
  readonly part: LessonAnswer;
  readonly progress: LessonProgress;
  readonly pictures: Readonly<Record<string, Pictures>>;
}

/** What came out, once every question and run that it speaks of is there. */
export function Answer({ lesson, part, progress, pictures }: Props) {
  const isThere = isAnswerThere(lesson, part, progress);
  return (
    <div className={classes.answer} data-testid="lesson-answer" aria-live="polite">
      {isThere ? (
        <Markdown
          blocks={part.blocks}
          shownFor={(of, figure) => shownFor(lesson, progress, of, figure)}
          pictures={(of) => (pictures[of] ? <PictureStrip pictures={pictures[of]} /> : null)}
        />
      ) : (
        <p className={classes.waiting}>The answer comes here.</p>
      )}
    </div>
  );
}

/**
 * Whether all that the answer speaks of is there, and guesses that its step judges before it are: it
 * would give them away.
 */
function isAnswerThere(lesson: Lesson, part: LessonAnswer, progress: LessonProgress): boolean {
  const parts = lesson.steps.find((step) => step.parts.includes(part))?.parts ?? [];
  const before = parts.slice(0, parts.indexOf(part));
  return [part, ...before.filter((each) => each.kind === "judge")].every(({ needs }) =>
    areThere(lesson, needs, progress),
  );
}

/** What stands for `{relu.dead}`, or for `{guess}` of a question. */
export function shownFor(
  lesson: Lesson,
  { answers, runs }: LessonProgress,
  of: string,
  figure: string | null,
): string {
  if (figure !== null) return figureText(figure, runs[of]?.[figure] ?? Number.NaN);
  const question = questionOf(lesson, of);
  const answer = answers[of];
  return question && answer !== undefined ? answerText(question, answer) : "nothing";
}

/** Originals above, what the net made of them below. */
function PictureStrip({ pictures }: { pictures: Pictures }) {
  const { shape, count, originals, reconstructions } = pictures;
  return (
    <figure className={classes.pictures}>
      <Row pixels={originals} shape={shape} count={count} label="Bags" />
      <Row
        pixels={reconstructions}
        shape={shape}
        count={count}
        label="What the net makes of them"
      />
      <figcaption>Bags above, and what the net makes of them.</figcaption>
    </figure>
  );
}

interface RowProps {
  readonly pixels: Uint8Array;
  readonly shape: ImageShape;
  readonly count: number;
  readonly label: string;
}

function Row({ pixels, shape, count, label }: RowProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!canvas.current) return;
    const width = count * shape.width;
    const words = new Uint32Array(width * shape.height);
    for (let i = 0; i < count; i++) {
      paintImage(words, i * shape.width, width, pixels, i * sizeOf(shape), shape);
    }
    const rgba = new Uint8ClampedArray(words.buffer);
    paintRaster(canvas.current, { width, height: shape.height, rgba });
  }, [pixels, shape, count]);
  return (
    <canvas
      ref={canvas}
      className={classes.row}
      role="img"
      aria-label={label}
      width={count * shape.width}
      height={shape.height}
    />
  );
}
