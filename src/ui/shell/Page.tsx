import { useHash } from "@mantine/hooks";
import { lazyPart } from "../kit/parts/lazyPart";
import { Part } from "../kit/parts/Part";
import { openLesson, useLessonId } from "../views/lessons/address";
import { DeviceNotice } from "../views/train/device/DeviceNotice";
import { Announcer } from "./Announcer";
import { FailureNotice } from "./FailureNotice";
import { FileDrop } from "./FileDrop";
import { Header } from "./Header";
import { LinkNotice } from "./LinkNotice";
import classes from "./Page.module.css";
import { RunNotices } from "./RunNotices";
import { TransportRow } from "./transport/TransportRow";
import { viewOf } from "./views";

const LessonDrawer = lazyPart(
  "ui/views/lessons/LessonDrawer",
  () => import("../views/lessons/LessonDrawer"),
);

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
              <RunNotices />
              <DeviceNotice />
              <FileDrop />
            </Part>
          </div>
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
      <Part name="What is read aloud">
        <Announcer />
      </Part>
    </>
  );
}
