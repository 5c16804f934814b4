/** Profiles that are kept: one file for each device and day, with all nets measured there. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../errors";
import { reasonOf } from "../folders";
import { markdown, type Profile, withoutTimes } from "./report";

const IN_SOFTWARE =
  "No GPU was within reach: this driver computes on the CPU, so there are counts, bytes and the " +
  "kernels' shapes here, and no times. No speed is claimed.";

/**
 * Puts a profile into its day's and device's file, in place of one of the same net and batch.
 *
 * @returns the files' path without their ends, .json and .md
 * @param folder one that is there
 * @throws what writing throws, CommandError where the file there has no profiles
 */
export function saveProfile(report: Profile, folder: string): string {
  const device = report.device
    .replace(/[^\w]+/g, "-")
    .replace(/^-|-$/g, "")
    .toLowerCase();
  const path = join(folder, `profile-${report.date}-${device}`);
  const known = existsSync(`${path}.json`) ? readProfiles(`${path}.json`) : [];
  const kept = report.software ? withoutTimes(report) : report;
  // Profiles that are kept from before nets of one's own name none.
  const isOther = ({ preset, net, batch }: Profile) =>
    preset !== report.preset || (net ?? null) !== report.net || batch !== report.batch;
  const profiles = [...known.filter(isOther), kept];
  const head = { date: report.date, device: report.device, software: report.software };
  const note = report.software ? IN_SOFTWARE : "";
  writeFileSync(`${path}.json`, `${JSON.stringify({ ...head, note, profiles }, null, 2)}\n`);
  const text = [
    `# A training step on ${report.device}, ${report.date}`,
    ...(note ? [note] : []),
    ...profiles.map((each) => `## ${markdown(each).trimEnd()}`),
  ];
  writeFileSync(`${path}.md`, `${text.join("\n\n")}\n`);
  return path;
}

function readProfiles(file: string): Profile[] {
  try {
    const { profiles } = JSON.parse(readFileSync(file, "utf8"));
    if (Array.isArray(profiles)) return profiles;
    throw new Error("it holds no profiles");
  } catch (error) {
    throw new CommandError(
      `${file} cannot be gone on with (${reasonOf(error)}). Move it away and try again.`,
    );
  }
}
