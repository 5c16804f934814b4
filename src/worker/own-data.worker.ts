/** Data sets of one's own: looks at what somebody brings, keeps it in this browser, and knows what is kept. */

import type { OwnDataQuestions } from "../protocol/own-data";
import { openOwnData } from "../storage/own-data";
import { decodePicture } from "./own-data/decode";
import { OwnDataSession, toAnswerError } from "./own-data/session";
import { serve } from "./rpc";

const session = new OwnDataSession({
  database: openOwnData(),
  decode: decodePicture,
  fetch: (...request) => fetch(...request),
});

serve<OwnDataQuestions>(self, session.handlers, toAnswerError);
