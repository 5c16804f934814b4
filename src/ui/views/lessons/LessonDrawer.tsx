import { ActionIcon, UnstyledButton } from "@mantine/core";
import { createElement, Fragment, type ReactNode, useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { browserStore } from "../../../state/queueStore";
import { CloseIcon, DownIcon, UpIcon } from "../../kit/icons";
import { Answer } from "./Answer";
import { ALL_LESSONS, GUESSES, openLesson, WORDS } from "./address";
import { Glossary } from "./Glossary";
import { Guesses } from "./Guesses";
import { Judgement } from "./Judgement";
import classes from "./LessonDrawer.module.css";
import { LessonList } from "./LessonList";
import { BROKEN_LESSONS, LESSONS, lessonOf } from "./lessons";
import { Markdown } from "./Markdown";
import { isQuestion, type Lesson, type Part } from "./parse";
import {
  createProgress,
  figuresToEnd,
  isOpen,
  NOTHING_DONE,
  openQuestions,
  setAnswer,
  skip,
  update,
} from "./progress";
import { Question } from "./Question";
import { RunBlock } from "./RunBlock";
import { StageBlock } from "./StageBlock";
import { useRecordedRuns } from "./useRecordedRuns";

/** Titles of what is no lesson. */
const PAGES: Readonly<Record<string, string>> = {
  [GUESSES]: "Your guesses",
  [WORDS]: "Words",
};

const progressStore = createProgress(browserStore());

/** A lesson in the page's margin, or the list of them; the page beside it stays in use. */
export default function LessonDrawer({ id }: { id: string }) {
  const [isFolded, setFolded] = useState(false);
  const lesson = lessonOf(id);
  const all = useStore(progressStore);
  const title = lesson?.title ?? PAGES[id] ?? "Lessons";
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (id !== "") heading.current?.focus({ preventScroll: true });
  }, [id]);
  return (
    <aside
      className={classes.drawer}
      aria-label={lesson ? `Lesson: ${title}` : title}
      data-folded={isFolded || undefined}
      data-testid="lesson"
    >
      <header className={classes.header}>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <ActionIcon
          className={classes.fold}
          variant="transparent"
          color="var(--ink-2)"
          aria-label={isFolded ? "Unfold lesson" : "Fold lesson"}
          aria-expanded={!isFolded}
          onClick={() => setFolded(!isFolded)}
        >
          {isFolded ? <UpIcon /> : <DownIcon />}
        </ActionIcon>
        <ActionIcon
          variant="transparent"
          color="var(--ink-2)"
          aria-label="Close lesson"
          onClick={() => openLesson(null)}
        >
          <CloseIcon />
        </ActionIcon>
      </header>
      {!isFolded &&
        (lesson ? (
          <LessonBody key={lesson.id} lesson={lesson} />
        ) : id === WORDS ? (
          <div className={classes.body}>
            <Glossary />
          </div>
        ) : id === GUESSES ? (
          <div className={classes.body}>
            <Guesses lessons={LESSONS} progress={all} />
          </div>
        ) : (
          <div className={classes.body}>
            {id !== ALL_LESSONS && (
              <p className={classes.note}>There is no lesson called “{id}”.</p>
            )}
            <LessonList lessons={LESSONS} progress={all} />
            {BROKEN_LESSONS.map((why) => (
              <p key={why} className={classes.note} role="alert">
                A lesson could not be read. {why}
              </p>
            ))}
          </div>
        ))}
    </aside>
  );
}

function LessonBody({ lesson }: { lesson: Lesson }) {
  const progress = useStore(progressStore, (all) => all[lesson.id] ?? NOTHING_DONE);
  const { pictures, failures } = useRecordedRuns(lesson, progressStore);
  const body = useRef<HTMLDivElement>(null);
  /** The question that the reader tried to go past. */
  const [missed, setMissed] = useState<string | null>(null);
  const place = Math.min(progress.step, lesson.steps.length - 1);
  const step = lesson.steps[place]!;
  const isLast = place === lesson.steps.length - 1;
  const next = LESSONS[LESSONS.indexOf(lesson) + 1];

  const goTo = (to: number) => {
    update(progressStore, lesson.id, () => ({ step: to }));
    setMissed(null);
    body.current?.scrollTo({ top: 0 });
  };

  /** On, unless a question of this step waits: that is said once, and the next time it is left out. */
  const goOn = (go: () => void) => {
    const open = step.parts.filter(isQuestion).find((question) => isOpen(question, progress));
    if (open && open.name !== missed) setMissed(open.name);
    else go();
  };

  const lockOf = (part: Part) => {
    const [open] = openQuestions(lesson, part, progress);
    if (!open) return null;
    const at = lesson.steps.findIndex(({ parts }) => parts.includes(open));
    const goThere = () => {
      goTo(at);
      setMissed(open.name);
    };
    return { title: lesson.steps[at]!.title, goThere };
  };

  const drawn = (part: Part): ReactNode => {
    switch (part.kind) {
      case "text":
        return <Markdown blocks={part.blocks} />;
      case "slider":
      case "choice":
        return (
          <Question
            question={part}
            answer={progress.answers[part.name]}
            isSkipped={progress.skipped.includes(part.name)}
            isMissed={missed === part.name}
            onSkip={() => skip(progressStore, lesson.id, part.name)}
            onAnswer={(answer) => setAnswer(progressStore, lesson.id, part.name, answer)}
          />
        );
      case "run":
        return (
          <RunBlock
            part={part}
            locked={lockOf(part)}
            figures={figuresToEnd(part, progress)}
            failure={failures[part.name] ?? null}
          />
        );
      case "stage":
        return <StageBlock stage={part} />;
      case "judge":
        return <Judgement lesson={lesson} judge={part} progress={progress} />;
      case "answer":
        return <Answer lesson={lesson} part={part} progress={progress} pictures={pictures} />;
    }
  };

  return (
    <>
      <div className={classes.body} ref={body}>
        <h3 className={classes.step}>{step.title}</h3>
        {createElement(Fragment, { key: step.title }, ...step.parts.map(drawn))}
      </div>
      <footer className={classes.footer}>
        <UnstyledButton
          className={classes.turn}
          onClick={() => (place === 0 ? openLesson(ALL_LESSONS) : goTo(place - 1))}
        >
          {place === 0 ? "All lessons" : "Back"}
        </UnstyledButton>
        <span className={classes.place} data-figures>
          {place + 1} of {lesson.steps.length}
        </span>
        {isLast ? (
          <UnstyledButton
            className={classes.turn}
            onClick={() => goOn(() => openLesson(next?.id ?? GUESSES))}
          >
            {next ? "Next lesson" : "Your guesses"}
          </UnstyledButton>
        ) : (
          <UnstyledButton
            className={classes.turn}
            data-next
            onClick={() => goOn(() => goTo(place + 1))}
          >
            Next
          </UnstyledButton>
        )}
      </footer>
    </>
  );
}
