/** What the segmented controls of this view have in common. */

import form from "../kit/Settings.module.css";

export const SEGMENTS = {
  size: "xs",
  transitionDuration: 0,
  classNames: { root: form.segments!, label: form.segment!, indicator: form.indicator! },
} as const;
