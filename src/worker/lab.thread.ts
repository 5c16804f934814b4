/** The thread for everything that looks at a given net: questions in, answers out. */

import type { LabQuestions } from "../protocol/lab";
import { browserLabPlatform } from "./lab/browser-platform";
import { toAnswerError } from "./lab/failures";
import { LabSession } from "./lab/session";
import { serve } from "./rpc";

const platform = browserLabPlatform();
serve<LabQuestions>(self, new LabSession(platform).handlers, toAnswerError, platform);
