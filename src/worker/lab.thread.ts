/** The thread for everything that looks at a given net: questions in, answers out. */

import { answerTransfers, type LabCommand } from "../protocol/lab";
import { browserLabPlatform } from "./lab/browser-platform";
import { LabSession } from "./lab/session";

const session = new LabSession(browserLabPlatform(), (event) => {
  self.postMessage(event, event.type === "answer" ? answerTransfers(event.answer) : []);
});

self.onmessage = ({ data }: MessageEvent<LabCommand>) => session.handle(data);
