/** Data sets of one's own: looks at what somebody brings, keeps it in this browser, and knows what is kept. */

import type { OwnDataQuestions } from "../protocol/own-data";
import { openOwnData } from "../storage/own-data";
import { decodePicture } from "./own-data/decode";
import { OwnDataSession, toAnswerError } from "./own-data/session";
import { serve } from "./rpc";

/** Gigabytes, to the next power of two below; in Chromium alone, where the page's connection is a safe one. */
const { deviceMemory } = navigator as Navigator & { readonly deviceMemory?: number };

const session = new OwnDataSession({
  database: openOwnData(),
  decode: decodePicture,
  fetch: (...request) => fetch(...request),
  memory: deviceMemory && deviceMemory * 2 ** 30,
});

serve<OwnDataQuestions>(self, session.handlers, toAnswerError);
