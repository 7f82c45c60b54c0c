import type { LookupProgressSubscription, ResultPartsFragment } from "@jiebang/client";
import type { Words } from "./words.js";

type Step = LookupProgressSubscription["registeredAccountsProgress"];
type Sensitive = NonNullable<Step["result"]>["sensitive"];

/** The unified view as far as platforms have answered. */
export class View {
  private readonly rows = new Map<string, ResultPartsFragment>();
  private sensitive: Sensitive = [];
  private asked = 0;
  private answered = 0;

  constructor(private readonly words: Words) {}

  /** Takes one step in. A lookup that was begun again tells of platforms a second time. */
  take(step: Step): void {
    ({ asked: this.asked, answered: this.answered } = step);
    const results = step.result?.platforms ?? (step.platform === null ? [] : [step.platform]);
    for (const one of results) this.rows.set(one.platform.id, one);
    this.sensitive = step.result?.sensitive ?? this.sensitive;
  }

  /** Sealed ids of all that can be unbound, those at platforms that are only counted among them. */
  get eligible(): string[] {
    const accounts = [...this.rows.values(), ...this.sensitive].flatMap((one) => one.accounts);
    return accounts.filter((one) => one.eligible).map((one) => one.id);
  }

  get progress(): string {
    return this.words.progress(this.answered, this.asked);
  }

  /** One line for each platform that has something to tell. */
  lines(): string[] {
    const shown = [...this.rows.values()].filter((one) => one.outcome !== "NOT_BOUND" && one.outcome !== "GUIDANCE");
    const hidden = this.sensitive.reduce((sum, one) => sum + one.bound, 0);
    return [...shown.map((one) => this.line(one)), ...(hidden > 0 ? [this.words.sensitive(hidden)] : [])];
  }

  private line(result: ResultPartsFragment): string {
    const count = result.accounts.filter((one) => one.eligible).length;
    const more = count > 0 ? `, ${this.words.unbindable(count)}` : "";
    return `${result.platform.name}: ${this.words.outcomes[result.outcome]}${more}`;
  }
}
