// @ts-check
// The home view, where a person proves a number: with a code, or in a demo by choosing an invented
// person.

import { UnreachableError } from "../data/client.js";
import { forgetLookup } from "../data/lookup.js";
import { fetchDemo } from "../data/operator.js";
import { expiry } from "../data/session.js";
import { h } from "../widgets/dom.js";
import { fillHistory } from "../widgets/history.js";
import { loadPersonWords } from "../words/person.js";

/** @param {HTMLElement} root @param {any} context */
export async function show(root, context) {
  const { client, words: frame, session } = context;
  const words = await loadPersonWords(frame);
  root.classList.add("person");
  const { t } = words;
  const demo = await fetchDemo();
  const message = h("p.said", { role: "status" });
  const place = h("div.panel.prove");
  const history = h("div.prove");
  const controller = new AbortController();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let clock;

  function signIn(/** @type {string} */ token, /** @type {string} */ number) {
    const back = sessionStorage.getItem("jiebang.return");
    sessionStorage.removeItem("jiebang.return");
    session.end();
    session.begin({ token, number, expiresAt: expiry(token) });
    location.hash = back && back !== "#/" ? back : "#/accounts";
  }

  /** @param {any} refusal */
  function showRefusal(refusal) {
    const advice =
      refusal.attemptsLeft != null
        ? t("prove.left", { n: refusal.attemptsLeft })
        : refusal.retryAt
          ? t("prove.until", { time: words.time(refusal.retryAt) })
          : (refusal.hint ?? "");
    showMessage(`${refusal.message} ${advice}`, true);
  }

  function showMessage(/** @type {string} */ text, isError = false) {
    message.textContent = text;
    message.classList.toggle("wrong", isError);
  }

  /**
   * Runs `work` with the form's button disabled.
   * @param {HTMLFormElement} form @param {() => Promise<void>} work
   */
  async function runForm(form, work) {
    const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));
    button.disabled = true;
    try {
      await work();
    } catch (error) {
      const isUnreachable = error instanceof UnreachableError;
      showMessage(isUnreachable ? t("unreachable.text") : /** @type {any} */ (error).message, true);
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
          runForm(form, () => sendCode(field.value));
        },
      },
      h("label", { for: "number" }, t("prove.number")),
      field,
      h("p.note", { id: "number-note" }, t("prove.numberNote")),
      h("button.act", { type: "submit" }, t("prove.send")),
    );
    place.replaceChildren(form, message);
  }

  async function sendCode(/** @type {string} */ number) {
    const { requestPossessionCode: answer } = await client.ask("RequestPossessionCode", {
      input: { number },
    });
    if (answer.__typename === "Refused") return showRefusal(answer);
    askCode(number, answer);
  }

  function askCode(/** @type {string} */ number, /** @type {any} */ request) {
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
          runForm(form, async () => {
            const input = { id: request.id, code: field.value };
            const { confirmPossession: answer } = await client.ask("ConfirmPossession", {
              input,
            });
            if (answer.__typename === "Refused") {
              field.select();
              return showRefusal(answer);
            }
            signIn(answer.token, answer.number);
          });
        },
      },
      h("label", { for: "code" }, t("prove.code")),
      field,
      h("button.act", { type: "submit" }, t("prove.confirm")),
    );
    const resendButton = h("button.quiet", {
      onclick: () => runForm(form, () => sendCode(number)),
    });
    const otherButton = h("button.quiet", { onclick: askNumber }, t("prove.other"));
    const inbox =
      demo?.inbox &&
      h("p", h("a", { href: demo.inbox, target: "_blank", rel: "noopener" }, t("prove.inbox")));
    const tick = () => {
      const seconds = Math.ceil((Date.parse(request.resendAt) - Date.now()) / 1000);
      resendButton.disabled = seconds > 0;
      resendButton.textContent = seconds > 0 ? t("prove.resendIn", { seconds }) : t("prove.resend");
    };
    clearInterval(clock);
    clock = setInterval(tick, 1000);
    tick();
    showMessage(t("prove.sent", { number: request.number, time: words.time(request.expiresAt) }));
    place.replaceChildren(message, form, h("p.row", resendButton, otherButton), inbox ?? "");
    field.focus();
  }

  /** @param {any} holder */
  const holderCard = (holder) =>
    h(
      "li.panel.holder",
      h("h3", holder.number),
      h("p", holder.text[words.language]),
      h(
        "button.act",
        {
          "aria-label": `${t("prove.pick")}: ${holder.number}`,
          onclick: () => signIn(holder.token, holder.number),
        },
        t("prove.pick"),
      ),
    );

  function leave() {
    forgetLookup();
    session.end();
    history.replaceChildren();
    askNumber();
  }

  if (session.token) {
    place.replaceChildren(
      h("p", { role: "status" }, frame.t("home.now", { number: session.number })),
      h(
        "p.row",
        h("a.button", { href: "#/accounts" }, t("accounts.title", { number: session.number })),
        h("button", { onclick: leave }, frame.t("home.leave")),
      ),
    );
    fillHistory(history, context, words, controller.signal);
  } else {
    askNumber();
  }
  root.replaceChildren(
    h("h1", { tabindex: "-1" }, t("prove.title")),
    h("p.lead", t("prove.lead")),
    place,
    history,
    demo?.holders?.length
      ? h(
          "section",
          { "aria-labelledby": "demo" },
          h("h2", { id: "demo" }, t("prove.demo")),
          h("p.note", t("prove.demoNote")),
          h("ul.holders", demo.holders.map(holderCard)),
        )
      : "",
  );
  return () => {
    clearInterval(clock);
    controller.abort();
  };
}
