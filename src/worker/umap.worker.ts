/** The thread that UMAP lays codes out in: it takes seconds; who wants it no longer, ends the thread. */

import { AnswerError, inWords } from "../protocol/rpc";
import type { UmapQuestions } from "../protocol/umap";
import { serve } from "./rpc";
import { layOut } from "./umap";

serve<UmapQuestions>(
  self,
  {
    layOut: (request, job) =>
      layOut(
        request,
        (progress) => job.report(progress),
        () => performance.now(),
      ),
  },
  (error) => new AnswerError(inWords(error), "Choose fewer points, or another map."),
);
