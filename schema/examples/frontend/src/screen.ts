import { createInterface } from "node:readline";
import { stdin, stdout } from "node:process";

/** The terminal; into a file or a pipe it writes each new line once. */
export class Screen {
  private drawn: readonly string[] = [];

  /** Shows these lines in the place of those that were drawn last. */
  draw(lines: readonly string[]): void {
    if (stdout.isTTY) {
      const up = this.drawn.length > 0 ? `\x1b[${this.drawn.length}A` : "";
      stdout.write(`${up}\x1b[J${lines.join("\n")}\n`);
    } else {
      for (const line of lines) if (!this.drawn.includes(line)) stdout.write(`${line}\n`);
    }
    this.drawn = lines;
  }

  /** A line that stays. */
  say(line: string): void {
    stdout.write(`${line}\n`);
    this.drawn = [];
  }

  /** What the person types; nothing where there is nobody. */
  question(text: string): Promise<string> {
    stdout.write(text);
    const reader = createInterface({ input: stdin });
    return new Promise((resolve) => {
      reader.once("line", (line) => {
        resolve(line.trim());
        reader.close();
      });
      reader.once("close", () => resolve(""));
    });
  }
}
