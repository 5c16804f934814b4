import type { MouseEvent, ReactNode } from "react";
import { openLesson } from "./address";

interface Props {
  readonly id: string;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A link that can be copied, and that opens its lesson without a reload: a run under way goes on. */
export function LessonLink({ id, className, children }: Props) {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openLesson(id);
  };
  return (
    <a href={`?lesson=${id}`} className={className} onClick={follow}>
      {children}
    </a>
  );
}
