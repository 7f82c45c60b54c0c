// @ts-check
// Proving the number: by a code, or as somebody of the demonstration.

import { h } from "../widgets/dom.js";
import { forget } from "../data/lookup.js";
import { earlier } from "../widgets/history.js";
import { expiry } from "../data/session.js";
import { told } from "../words/person.js";

/** @param {HTMLElement} root @param {any} parts */
export async function show(root, parts) {
  const { client, words: frame, session } = parts;
  const words = await told(frame);
  root.classList.add("person");
  const { t } = words;
  const demo = await demonstration();
  const said = h("p", { class: "said", role: "status" });
  const place = h("div", { class: "panel prove" });
  const past = h("div", { class: "prove" });
  const controller = new AbortController();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let clock;

  function enter(/** @type {string} */ token, /** @type {string} */ number) {
    const back = sessionStorage.getItem("jiebang.return");
    sessionStorage.removeItem("jiebang.return");
    session.end();
    session.begin({ token, number, expiresAt: expiry(token) });
    location.hash = back && back !== "#/" ? back : "#/accounts";
  }

  /** @param {any} refused */
  function refuse(refused) {
    const more =
      refused.attemptsLeft != null
        ? t("prove.left", { n: refused.attemptsLeft })
        : refused.retryAt
          ? t("prove.until", { time: words.time(refused.retryAt) })
          : (refused.hint ?? "");
    say(`${refused.message} ${more}`, true);
  }

  function say(/** @type {string} */ text, wrong = false) {
    said.textContent = text;
    said.classList.toggle("wrong", wrong);
  }

  /** @param {HTMLFormElement} form @param {() => Promise<void>} work */
  async function busy(form, work) {
    const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));
    button.disabled = true;
    try {
      await work();
    } catch (error) {
      const unreachable = /** @type {any} */ (error)?.constructor?.name === "Unreachable";
      say(unreachable ? t("unreachable.text") : /** @type {any} */ (error).message, true);
    } finally {
      button.disabled = false;
    }
  }

  function askNumber() {
    clearInterval(clock);
    const field = h("input", {
      id: "number",
      type: "tel",
      autocomplete: "tel",
      inputmode: "tel",
      required: true,
      "aria-describedby": "number-note",
    });
    const form = h(
      "form",
      {
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          busy(form, () => send(field.value));
        },
      },
      h("label", { for: "number" }, t("prove.number")),
      field,
      h("p", { class: "note", id: "number-note" }, t("prove.numberNote")),
      h("button", { type: "submit", class: "act" }, t("prove.send")),
    );
    place.replaceChildren(form, said);
  }

  async function send(/** @type {string} */ number) {
    const { requestPossessionCode: answer } = await client.ask("RequestPossessionCode", {
      input: { number },
    });
    if (answer.__typename === "Refused") return refuse(answer);
    askCode(number, answer);
  }

  function askCode(/** @type {string} */ number, /** @type {any} */ sent) {
    const field = h("input", {
      id: "code",
      type: "text",
      inputmode: "numeric",
      autocomplete: "one-time-code",
      required: true,
      maxlength: 7,
    });
    const form = h(
      "form",
      {
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          busy(form, async () => {
            const given = { id: sent.id, code: field.value };
            const { confirmPossession: answer } = await client.ask("ConfirmPossession", {
              input: given,
            });
            if (answer.__typename === "Refused") {
              field.select();
              return refuse(answer);
            }
            enter(answer.token, answer.number);
          });
        },
      },
      h("label", { for: "code" }, t("prove.code")),
      field,
      h("button", { type: "submit", class: "act" }, t("prove.confirm")),
    );
    const again = h("button", {
      type: "button",
      class: "quiet",
      onclick: () => busy(form, () => send(number)),
    });
    const other = h(
      "button",
      { type: "button", class: "quiet", onclick: askNumber },
      t("prove.other"),
    );
    const inbox =
      demo?.inbox &&
      h("p", {}, h("a", { href: demo.inbox, target: "_blank", rel: "noopener" }, t("prove.inbox")));
    const tick = () => {
      const seconds = Math.ceil((Date.parse(sent.resendAt) - Date.now()) / 1000);
      again.disabled = seconds > 0;
      again.textContent = seconds > 0 ? t("prove.resendIn", { seconds }) : t("prove.resend");
    };
    clearInterval(clock);
    clock = setInterval(tick, 1000);
    tick();
    say(t("prove.sent", { number: sent.number, time: words.time(sent.expiresAt) }));
    place.replaceChildren(said, form, h("p", { class: "row" }, again, other), inbox ?? "");
    field.focus();
  }

  /** @param {any} holder */
  const person = (holder) =>
    h(
      "li",
      { class: "panel holder" },
      h("h3", {}, holder.number),
      h("p", {}, holder.text[words.language]),
      h(
        "button",
        {
          type: "button",
          class: "act",
          "aria-label": `${t("prove.pick")}: ${holder.number}`,
          onclick: () => enter(holder.token, holder.number),
        },
        t("prove.pick"),
      ),
    );

  function leave() {
    forget();
    session.end();
    past.replaceChildren();
    askNumber();
  }

  if (session.token) {
    place.replaceChildren(
      h("p", { role: "status" }, frame.t("home.now", { number: session.number })),
      h(
        "p",
        { class: "row" },
        h(
          "a",
          { class: "button", href: "#/accounts" },
          t("accounts.title", { number: session.number }),
        ),
        h("button", { type: "button", onclick: leave }, frame.t("home.leave")),
      ),
    );
    earlier(past, parts, words, controller.signal);
  } else {
    askNumber();
  }
  root.replaceChildren(
    h("h1", { tabindex: "-1" }, t("prove.title")),
    h("p", { class: "lead" }, t("prove.lead")),
    place,
    past,
    demo?.holders?.length
      ? h(
          "section",
          { "aria-labelledby": "demo" },
          h("h2", { id: "demo" }, t("prove.demo")),
          h("p", { class: "note" }, t("prove.demoNote")),
          h("ul", { class: "holders" }, demo.holders.map(person)),
        )
      : "",
  );
  return () => {
    clearInterval(clock);
    controller.abort();
  };
}

async function demonstration() {
  try {
    const reply = await fetch("/demo.json");
    return reply.ok ? await reply.json() : null;
  } catch {
    return null;
  }
}
