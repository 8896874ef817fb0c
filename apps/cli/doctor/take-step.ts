import { diagnose, type Circumstances } from './diagnosis.js';
import type { Finding, StepReport } from './step.js';

/** Takes one step and says how it went. Never throws: what goes wrong is what a doctor is for. */
export async function takeStep(
  name: string,
  title: string,
  step: () => Promise<Finding>,
  circumstances: () => Circumstances,
): Promise<StepReport> {
  const begun = performance.now();
  const elapsed = (): number => Math.round((performance.now() - begun) * 10) / 10;
  try {
    const { detail, advice = [] } = await step();
    return { name, title, ok: true, ms: elapsed(), detail, advice };
  } catch (error) {
    const { reason, advice } = diagnose(error, circumstances());
    return { name, title, ok: false, ms: elapsed(), detail: '', reason, advice };
  }
}
