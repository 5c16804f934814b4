/** The training thread: commands in, events out. */

import type { Command } from "../protocol/messages";
import { transferList } from "../protocol/transfer";
import { browserPlatform } from "./browser-platform";
import { Session } from "./session";

const session = new Session(browserPlatform(), (event) => {
  self.postMessage(event, transferList(event));
});

self.onmessage = ({ data }: MessageEvent<Command>) => session.handle(data);
