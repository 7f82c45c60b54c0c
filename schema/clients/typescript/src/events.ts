import { Unreachable } from "./errors.js";

/** One Server-Sent Event. */
export interface ServerEvent {
  readonly kind: string;
  readonly data: string;
}

/**
 * The events of a body; comments only prove that the other side lives. Throws `Unreachable` when the
 * connection breaks off or nothing comes for `idleMs`.
 */
export async function* eventsOf(body: ReadableStream<Uint8Array>, idleMs: number): AsyncGenerator<ServerEvent, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let kind = "message";
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), idleMs);
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const raw of lines) {
        const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
        const [name, text] = fieldOf(line);
        if (name === "event") kind = text;
        else if (name === "data") data.push(text);
        else if (line === "" && (data.length > 0 || kind !== "message")) {
          yield { kind, data: data.join("\n") };
          kind = "message";
          data = [];
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Name and value of a line; a comment has an empty name. */
function fieldOf(line: string): [name: string, text: string] {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  return [line.slice(0, colon), line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1)];
}

/** What comes of it, or `Unreachable` when that takes longer. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unreachable("The gateway fell silent.")), ms);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
