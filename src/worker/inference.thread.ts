/** The thread for everything that looks at a given net: questions in, answers out. */

import type { InferenceQuestions } from "../protocol/inference";
import { toAnswerError } from "./failures";
import { browserInferencePlatform } from "./inference/browser-platform";
import { InferenceSession } from "./inference/session";
import { serve } from "./rpc";

const platform = browserInferencePlatform();
serve<InferenceQuestions>(self, new InferenceSession(platform).handlers, toAnswerError, platform);
