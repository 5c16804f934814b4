import { useHash } from "@mantine/hooks";
import { useState } from "react";
import { useStore } from "zustand";
import { changeWords, type DeviceLoss, lossWords } from "../../config/devices";
import { useApp, useAppState, useOwnData } from "../kit/hooks";
import { Notice } from "../kit/Notice";
import { lazyPart } from "../kit/parts/lazyPart";
import { Part } from "../kit/parts/Part";
import { FIRST_LESSON, openLesson, useLessonId } from "../views/lessons/address";
import { LessonLink } from "../views/lessons/LessonLink";
import { FailureNotice } from "./FailureNotice";
import { FileDrop } from "./FileDrop";
import { Header } from "./Header";
import classes from "./Page.module.css";
import { Strip } from "./Strip";
import { TransportRow } from "./transport/TransportRow";
import { viewOf } from "./views";
import { Words } from "./Words";

const LessonDrawer = lazyPart(
  "ui/views/lessons/LessonDrawer",
  () => import("../views/lessons/LessonDrawer"),
);

const ModelDialog = lazyPart(
  "ui/views/model/ModelDialog",
  () => import("../views/model/ModelDialog"),
);

const BringDialog = lazyPart(
  "ui/views/bring/BringDialog",
  () => import("../views/bring/BringDialog"),
);

// Neither is there when the page opens: they come after it.
const Announcer = lazyPart("ui/shell/Announcer", () => import("./Announcer"));
const RunNotices = lazyPart("ui/shell/RunNotices", () => import("./RunNotices"));

/** The whole page: what stands in every view, and the view that the address names. */
export function Page() {
  const [hash] = useHash({ getInitialValueInEffect: false });
  const { name, title, Component } = viewOf(hash);
  const lesson = useLessonId();
  return (
    <>
      <div className={classes.beside} data-lesson={lesson === null ? undefined : true}>
        <Part name="The head of the page">
          <Header view={name} />
        </Part>
        <TransportRow />
        <main className={classes.page}>
          <div className={classes.notice} data-screen-only="">
            <Part name="A notice">
              <LinkNotice />
              <FailureNotice />
              <DeviceNotice />
              <OwnDataNotice />
              <FileDrop />
            </Part>
            <Part name="What is said of runs">
              <RunNotices />
            </Part>
          </div>
          {name === "train" && lesson === null && <Intro />}
          <Part
            key={name}
            name={`The view ${title}`}
            frame={classes.view}
            fallback={<p className={classes.waiting}>Getting the view {title} …</p>}
          >
            <Component />
          </Part>
        </main>
      </div>
      {lesson !== null && (
        <Part name="The lesson" frame={classes.lesson} onClose={() => openLesson(null)}>
          <LessonDrawer id={lesson} />
        </Part>
      )}
      <Brought />
      <Words />
      <Part name="What is read aloud">
        <Announcer />
      </Part>
    </>
  );
}

/** What this is and what to do, until something is trained. */
function Intro() {
  const isFresh = useAppState(({ run }) => run === null);
  // A link to a run has one on its way: nothing may move when it comes.
  const [isOpening] = useState(() => new URLSearchParams(window.location.search).has("run"));
  if (!isFresh || isOpening) return null;
  return (
    <div className={classes.intro} data-screen-only="">
      <p>
        An autoencoder squeezes a picture through a few numbers and draws it again. Press Train and
        watch it learn. New here? <LessonLink id={FIRST_LESSON}>Start with lesson 0</LessonLink>
      </p>
      <Strip />
    </div>
  );
}

/** The dialog for images of one's own, or for a trained model, while some are being brought. */
function Brought() {
  const { ownData, models } = useApp();
  const isOpen = useOwnData(({ bringing }) => bringing !== null);
  const cancel = useStore(models.state, ({ importing }) => importing?.cancel);
  const close = isOpen ? ownData.cancel : cancel;
  return (
    close && (
      <Part name="The dialog" frame={classes.lesson} onClose={close}>
        {isOpen ? <BringDialog /> : <ModelDialog />}
      </Part>
    )
  );
}

/** What the page's address asked for that cannot be: named one by one. */
function LinkNotice() {
  const app = useApp();
  const problems = useAppState((state) => state.linkProblems);
  if (problems.length === 0) return null;
  return (
    <Notice code="link" onDismiss={app.dismissLinkProblems}>
      <strong>This link has settings that the page cannot take; the others are set.</strong>
      <ul>
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </Notice>
  );
}

/** What of data sets of one's own could not be kept or read. */
function OwnDataNotice() {
  const { ownData } = useApp();
  const trouble = useOwnData((state) => state.trouble);
  return (
    trouble && (
      <Notice code="own-data" onDismiss={ownData.dismissTrouble}>
        {trouble}
      </Notice>
    )
  );
}

/** That a device failed: while the next one catches up, and after. */
function DeviceNotice() {
  const lost = useAppState((state) => state.run?.deviceLost ?? null);
  const change = useAppState((state) => state.run?.deviceChange ?? null);
  const [dismissed, setDismissed] = useState<DeviceLoss | null>(null);
  const shown = lost ?? change;
  if (!shown || shown === dismissed) return null;
  return (
    <Notice code="device-lost" onDismiss={() => setDismissed(shown)}>
      {lost ? lossWords(lost) : change && changeWords(change)}
    </Notice>
  );
}
