import { Admission, type AdmissionLimits } from './admission.ts'
import { predictPeak, RENDER_BUDGET_BYTES } from './budget.ts'
import type { ImageEngine, Preview, Rect, RenderJob, Rendition, Source } from './engine.ts'
import { fittedJob } from './fitted-job.ts'

/** A page of thumbnails at once is normal; beyond that a caller does better to come back. */
const DEFAULT_LIMITS: AdmissionLimits = { budgetBytes: RENDER_BUDGET_BYTES, maxWaiting: 64, patienceMs: 10_000 }

/**
 * A hundred megapixels take a second of the isolate's one thread though little of its memory: they are charged all of it, so
 * that other requests come in between two of them.
 */
const BYTES_FOR_PATIENCE = RENDER_BUDGET_BYTES / 100_000_000

/** An engine whose jobs share one budget: all renders of an isolate together fit its memory, the rest wait or are turned away. */
export class AdmittingEngine implements ImageEngine {
  readonly #engine: ImageEngine
  readonly #admission: Admission

  constructor(engine: ImageEngine, limits: Partial<AdmissionLimits> = {}) {
    this.#engine = engine
    this.#admission = new Admission({ ...DEFAULT_LIMITS, ...limits })
  }

  get version(): string {
    return this.#engine.version
  }

  render(source: Source, job: RenderJob): Promise<Rendition> {
    return this.#admitted(source, job, () => this.#engine.render(source, job))
  }

  inspect(source: Source): Promise<Preview> {
    return this.#admitted(source, fittedJob(source.probe, 100), () => this.#engine.inspect(source))
  }

  findContent(source: Source): Promise<Rect> {
    return this.#admitted(source, fittedJob(source.probe, 1024), () => this.#engine.findContent(source))
  }

  /** What does not fit even alone is admitted at the price of everything: the engine then refuses it in its own words. */
  #admitted<T>(source: Source, job: RenderJob, work: () => Promise<T>): Promise<T> {
    const { codedWidth, codedHeight } = source.probe
    const held = predictPeak(source.probe, job, source.size)
    const bytes = Math.min(Math.max(held, codedWidth * codedHeight * BYTES_FOR_PATIENCE), RENDER_BUDGET_BYTES)
    return this.#admission.run(bytes, work)
  }
}
