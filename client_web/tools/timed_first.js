/**
 * Runs first what is measured. The files of a worker share a process, and one that has compiled many
 * regular expressions compiles later ones to slower code (V8: kRegExpCompiledLimit, src/regexp).
 */
import { BaseSequencer } from "vitest/node";

const MEASURED = "/policy/off_channel.test.ts";

export class TimedFirst extends BaseSequencer {
  /**
   * @override
   * @param {import("vitest/node").TestSpecification[]} files
   */
  async sort(files) {
    const sorted = await super.sort(files);
    const first = sorted.filter(({ moduleId }) => moduleId.endsWith(MEASURED));
    return [...first, ...sorted.filter((file) => !first.includes(file))];
  }
}
