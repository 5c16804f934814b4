import { useHash } from "@mantine/hooks";
import { lazy, Suspense } from "react";
import { DeviceNotice } from "../device/DeviceNotice";
import { useLessonId } from "../lessons/address";
import { TransportRow } from "../transport/TransportRow";
import { Announcer } from "./Announcer";
import { FailureNotice } from "./FailureNotice";
import { FileDrop } from "./FileDrop";
import { Header } from "./Header";
import { LinkNotice } from "./LinkNotice";
import classes from "./Page.module.css";
import { RunNotices } from "./RunNotices";
import { viewOf } from "./views";

const LessonDrawer = lazy(() => import("../lessons/LessonDrawer"));

/** The whole page: what stands in every view, and the view that the address names. */
export function Page() {
  const [hash] = useHash({ getInitialValueInEffect: false });
  const { name, Component } = viewOf(hash);
  const lesson = useLessonId();
  return (
    <>
      <div className={classes.beside} data-lesson={lesson === null ? undefined : true}>
        <Header view={name} />
        <TransportRow />
        <main className={classes.page}>
          <div className={classes.notice}>
            <LinkNotice />
            <FailureNotice />
            <RunNotices />
            <DeviceNotice />
          </div>
          <Suspense>
            <Component />
          </Suspense>
        </main>
      </div>
      {lesson !== null && (
        <Suspense>
          <LessonDrawer id={lesson} />
        </Suspense>
      )}
      <Announcer />
      <FileDrop />
    </>
  );
}
